import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { systemClock } from "../../common/clock.ts";
import { createRotation } from "../rotation/create-rotation.ts";
import type { Keyring } from "../rotation/keyring.ts";
import type { RotatableSystem } from "../rotation/rotation.ts";
import type { Credential } from "../systems/system.ts";

/** One step of a rehearsal. */
export interface RehearsalStep {
  readonly name: string;
  readonly ok: boolean;
  /** How it ended: a rotation's outcome, or the code and the sentence of its error. */
  readonly outcome: string;
}

/** What a rehearsal works with. */
export interface Rehearsal {
  readonly system: RotatableSystem;
  /** An account that nothing else uses. Its password is changed, and in the end set back. */
  readonly account: Credential;
  readonly keyring: Keyring;
  readonly log: Logger;
  /** Called when an act begins. */
  readonly onAct: (name: string) => void;
  readonly onSecret: (secret: string) => void;
}

/** What a rehearsal showed. */
export interface Rehearsed {
  readonly acts: readonly RehearsalStep[];
  /** What the account has in the end; `undefined` where nobody knows. */
  readonly now: Credential | undefined;
}

const ITEM = "/rehearsal";
const CHANGE_MS = 10_000;

/**
 * Plays through what happens to a credential, with the account's real system and no Akeyless: a
 * rotation, one whose answer is lost, two at once, and the way back to the first password.
 */
export async function rehearse(rehearsal: Rehearsal): Promise<Rehearsed> {
  const { system, account, keyring, log, onAct, onSecret } = rehearsal;
  const rotation = createRotation({
    keyring,
    systems: new Map([["rehearsed", system]]),
    clock: systemClock,
  });
  const { username } = account;
  // Each rehearsal derives passwords of its own: a product may refuse one that it has had before.
  const item = `${ITEM}/${randomBytes(8).toString("hex")}`;
  const rotate = (payload: string) =>
    rotation.rotate({
      item,
      payload,
      binding: { system: "rehearsed", usernames: [username], strategy: "single", reconcile: false },
      log,
      onSecret,
    });
  const acts: RehearsalStep[] = [];
  /** Plays an act; false ends the rehearsal. */
  const play = async (
    name: string,
    work: () => Promise<Omit<RehearsalStep, "name">>,
  ): Promise<boolean> => {
    onAct(name);
    const act = await work().catch((error: unknown) => ({ ok: false, outcome: wordsOf(error) }));
    acts.push({ name, ...act });
    return act.ok;
  };

  let stored = JSON.stringify({ system: "rehearsed", ...account });
  let latest = stored;
  const expecting = (wanted: string, isStored: boolean) => async () => {
    const answer = await rotate(stored);
    if (isStored) stored = answer.payload;
    latest = answer.payload;
    return { ok: answer.outcome === wanted, outcome: answer.outcome };
  };
  const twice = async () => {
    const [one, two] = await Promise.all([rotate(stored), rotate(stored)]);
    stored = latest = one.payload;
    return { ok: one.payload === two.payload, outcome: one.outcome };
  };
  const went =
    (await play("change and verify", expecting("rotated", true))) &&
    (await play("a rotation whose answer is lost", expecting("rotated", false))) &&
    (await play("the next call finds it", expecting("replayed", true)));
  if (went) await play("the same request twice at once", twice);
  if (!acts[0]?.ok) return { acts, now: undefined };
  let now: Credential = { username, password: (JSON.parse(latest) as Credential).password };
  await play("back to the first password", async () => {
    const signal = AbortSignal.timeout(CHANGE_MS);
    const change = await system.system.change(now, account, { signal, log, clock: systemClock });
    const ok = change.result === "changed";
    if (ok) now = account;
    return { ok, outcome: wordsOf(change) };
  });
  return { acts, now };
}

/** An error or a result in words; codes and public sentences only. */
function wordsOf(what: unknown): string {
  if (typeof what !== "object" || what === null) return "failed";
  if ("result" in what)
    return [what.result, "reason" in what && what.reason].filter(Boolean).join(": ");
  return "code" in what && what instanceof Error ? `${what.code}: ${what.message}` : "failed";
}

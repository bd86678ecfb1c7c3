import { defined } from "../../../common/defined.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { policyId } from "../../password/generation.ts";
import type { Credential, KeyCreation, KeyRevocation, KeyStore } from "../../systems/system.ts";
import { changeRefused } from "../advance.ts";
import { allowanceFor } from "../last-login.ts";
import { passwordSchema, usernameSchema } from "../payload.ts";
import type { Outcome } from "../rotation.ts";
import { notSaid, resting } from "../search.ts";
import { blockedState } from "../session.ts";
import { keyName } from "./key-names.ts";
import {
  type Job,
  type RotateWithStrategy,
  servedPassword,
  withServedPassword,
} from "./strategy.ts";

/**
 * How long keys are kept that earlier answers to the same request may have carried, in milliseconds:
 * a gateway has stored such an answer by then, and asks with another payload, or never will.
 */
const ANSWER_SETTLES_MS = 600_000;

/** Names remembered for a later revocation; `rotationStateSchema` allows no more. */
const MAX_RETIRED = 16;

/**
 * API keys or tokens, whose secrets the system makes. A new key is created beside the served one;
 * the served one is revoked when the next request shows that the new one was stored. Keys have
 * names that can be computed, so that what a lost answer left behind is found and revoked too.
 */
export const rotateKeyPair: RotateWithStrategy = async (job) => {
  const { session, state } = job;
  const { keys } = session.system;
  if (!keys) throw new KitError("strategy_unsupported");
  const { owner, outcome } = await findOwner(job);
  const { gen = 0, retire = [] } = state ?? {};

  // This request carries what was answered last: what that replaced may end now.
  const left = outcome === "rotated" ? await revokeAll(job, keys, owner, retire) : retire;
  const { key, name } = await createKey(job, keys, owner, outcome);
  if (!(await session.verify(key))) throw new KitError("verify_failed");

  const { username, key_id, key_name } = job.payload.fields;
  const served = servedName(job);
  const replaced = servedPassword(job.payload);
  // Every key of this generation, also those of duplicates, ends when the new one has come back; so do
  // those that had been revoked and came back with the system.
  const again = outcome === "restored" ? comeBack(job) : [];
  const due = new Set([...(served ? [served] : []), ...left, ...namesOf(job, gen), ...again]);
  return {
    outcome,
    fields: {
      ...withServedPassword(job.payload, key.password),
      ...defined({
        key_id: key.username !== username || key_id ? key.username : undefined,
        key_name: key_name ? name : undefined,
      }),
    },
    // Sealed, so that the new id is known as the rotator's own when it comes back (check-request.ts).
    previous: {
      [key.username]: [],
      ...(replaced === undefined ? {} : { [keyIdOf(job)]: [replaced] }),
    },
    state: {
      gen: gen + 1,
      kid: job.keyring.first.id,
      policyId: policyId(job.policy),
      key: name,
      retire: [...due].slice(0, MAX_RETIRED),
    },
  };
};

/** The key that logs in: the served one, else the one before (the stored key was lost). */
async function findOwner(
  job: Job,
): Promise<{ owner: Credential; outcome: "rotated" | "restored" }> {
  const current = servedPassword(job.payload);
  if (current === undefined) throw new KitError("password_missing");
  const served = { username: keyIdOf(job), password: current };
  const before = Object.entries(job.previous).flatMap(([username, passwords]) =>
    passwords.map((password) => ({ username, password })),
  );
  const { session, standing, remembered } = job;
  const asked = { stored: current, standing, calls: remembered.calls, reserve: 0 };
  for (const owner of [served, ...before]) {
    const what = owner === served ? "current" : "previous";
    const { username, password } = owner;
    if (!allowanceFor({ ...asked, username }, session).allows(password))
      throw resting(session.resting(username));
    const probe = await session.probe(owner, what);
    if (probe.result === "unknown") throw notSaid(blockedState(probe), probe.reason);
    if (probe.result === "valid")
      return { owner, outcome: owner === served ? "rotated" : "restored" };
    job.refused.push(password);
  }
  throw new KitError("out_of_sync");
}

/**
 * Revokes what it can, without using up the time that the new key needs, and returns the names
 * that are left for the next time.
 */
async function revokeAll(
  { session }: Job,
  keys: KeyStore,
  owner: Credential,
  names: readonly string[],
): Promise<string[]> {
  const left: string[] = [];
  const { changeMs, probeMs } = session.limits;
  for (const name of names) {
    if (session.remaining < changeMs + 2 * probeMs) {
      left.push(name);
      continue;
    }
    const revocation = await session.run<KeyRevocation>(
      "revoke",
      name,
      probeMs,
      (context) => keys.revoke(owner, name, context),
      ["revoked", "failed"],
      (reason) => ({ result: "failed", reason }),
    );
    if (revocation.result === "failed") left.push(name);
  }
  return left;
}

/**
 * Creates a key under the first free name. A name that is taken belongs to an answer that was
 * lost, or to one that is stored and has not come back yet: it is left alone. Where the system has no
 * place for another key, those of the generation in hand are given up; those that earlier answers to
 * this request may have carried only when such an answer can no longer be on its way, since a late
 * duplicate would otherwise end the key that is stored.
 */
async function createKey(job: Job, keys: KeyStore, owner: Credential, outcome: Outcome) {
  const gen = job.state?.gen ?? 0;
  const inUse = outcome === "rotated" ? servedName(job) : undefined;
  const older = namesOf(job, gen).filter((name) => name !== inUse);
  const newer = namesOf(job, gen + 1);
  const replaced = outcome === "restored" ? comeBack(job) : [];
  for (const givenUp of [[], older, replaced]) {
    await revokeAll(job, keys, owner, givenUp);
    const created = await createUnderFreeName(job, keys, owner, newer);
    if (created) return created;
  }
  const left = ANSWER_SETTLES_MS - job.fullFor();
  if (left > 0) throw new KitError("keys_full.unanswered", { minutes: Math.ceil(left / 60_000) });
  await revokeAll(job, keys, owner, newer);
  const created = await createUnderFreeName(job, keys, owner, newer);
  if (created) return created;
  throw new KitError("keys_full");
}

/**
 * Keys that come back with a restored system: what the payload has replaced, and what the generations
 * before it have left. All but the key that logs in now, which was served before this payload and is the
 * first of what it has replaced.
 */
function comeBack(job: Job): string[] {
  const { gen = 0, retire = [] } = job.state ?? {};
  const [owner, ...others] = retire;
  const names = [...others, ...namesOf(job, gen - 1), ...namesOf(job, gen - 2)];
  return names.filter((name) => name !== owner);
}

/** Undefined where there is no free name, or no place for another key. */
async function createUnderFreeName(
  job: Job,
  keys: KeyStore,
  owner: Credential,
  names: readonly string[],
): Promise<{ key: Credential; name: string } | undefined> {
  const { session } = job;
  for (const name of names) {
    session.requireTimeForChange();
    const creation = await session.run<KeyCreation>(
      "change",
      name,
      session.limits.changeMs,
      (context) => keys.create(owner, name, context),
      ["created", "exists", "full", "refused", "ambiguous"],
      (reason) => ({ result: "ambiguous", reason }),
    );
    if (creation.result === "created") {
      session.secret(creation.key.password);
      if (fitsPayload(creation.key)) return { key: creation.key, name };
      await revokeAll(job, keys, owner, [name]);
      throw new KitError("change_refused.unfit_key");
    }
    if (creation.result === "refused") throw changeRefused(creation);
    if (creation.result === "ambiguous") throw new KitError("change_unconfirmed");
    if (creation.result === "full") return undefined;
  }
  return undefined;
}

/** What the next request could not carry would be lost. */
function fitsPayload({ username, password }: Credential): boolean {
  return usernameSchema.safeParse(username).success && passwordSchema.safeParse(password).success;
}

function namesOf(job: Job, generation: number): string[] {
  const { item, payload, session } = job;
  const { system, username } = payload.fields;
  return Array.from({ length: generation <= 0 ? 0 : session.limits.attempts }, (_, attempt) =>
    keyName({ item, system, username, generation, attempt }),
  );
}

function servedName({ state, payload }: Job): string | undefined {
  return state?.key ?? payload.fields.key_name;
}

function keyIdOf({ payload }: Job): string {
  return payload.fields.key_id ?? payload.fields.username;
}

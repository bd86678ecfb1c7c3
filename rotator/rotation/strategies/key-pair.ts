import { policyId } from "../../password/generation.ts";
import type { Credential, KeyStore } from "../../systems/system.ts";
import { RotationError } from "../errors.ts";
import { keyName } from "./key-names.ts";
import {
  type Job,
  type RotateWithStrategy,
  servedPassword,
  withServedPassword,
} from "./strategy.ts";

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
  if (!keys) throw new RotationError("strategy_unsupported");
  const { owner, outcome } = await findOwner(job);
  const generation = (state?.gen ?? 0) + 1;

  // This request carries what was answered last: what came before may end now.
  const due = outcome === "rotated" ? dueNames(job) : (state?.retire ?? []);
  const left = outcome === "rotated" ? await revokeAll(job, keys, owner, due) : due;
  const { key, name, orphans } = await createKey(job, keys, owner, generation);
  if (!(await session.verify(key))) throw new RotationError("verify_failed");

  const { username } = job.payload.fields;
  const served = servedName(job);
  const retire = [...new Set([...(served ? [served] : []), ...orphans, ...left])];
  const replaced = servedPassword(job.payload);
  return {
    outcome,
    fields: {
      ...withServedPassword(job.payload, key.password),
      ...(key.username !== username || job.payload.fields.key_id ? { key_id: key.username } : {}),
      ...(job.payload.fields.key_name ? { key_name: name } : {}),
    },
    previous: replaced === undefined ? {} : { [keyIdOf(job)]: replaced },
    state: {
      gen: generation,
      kid: job.keyring.first.id,
      policyId: policyId(job.policy),
      key: name,
      retire: retire.slice(0, MAX_RETIRED),
    },
  };
};

/** The key that logs in: the served one, else the one before (the stored key was lost). */
async function findOwner(
  job: Job,
): Promise<{ owner: Credential; outcome: "rotated" | "restored" }> {
  const current = servedPassword(job.payload);
  if (current === undefined) throw new RotationError("password_missing");
  const served = { username: keyIdOf(job), password: current };
  const before = Object.entries(job.previous).map(([username, password]) => ({
    username,
    password,
  }));
  for (const owner of [served, ...before]) {
    const what = owner === served ? "current" : "previous";
    const probe = await job.session.probe(owner, what);
    if (probe.result === "unknown") throw new RotationError("system_unavailable");
    if (probe.result === "valid")
      return { owner, outcome: owner === served ? "rotated" : "restored" };
  }
  throw new RotationError("out_of_sync");
}

/** Keys that nobody needs once the served one is known to be stored. */
function dueNames(job: Job): string[] {
  const { state } = job;
  if (!state) return [];
  const siblings = namesOf(job, state.gen).filter((name) => name !== state.key);
  return [...new Set([...(state.retire ?? []), ...siblings])];
}

/** Revokes what it can and returns the names that are left for the next time. */
async function revokeAll(
  { session }: Job,
  keys: KeyStore,
  owner: Credential,
  names: readonly string[],
): Promise<string[]> {
  const left: string[] = [];
  for (const name of names) {
    const revocation = await session.act(
      "revoke",
      name,
      session.limits.probeMs,
      (context) => keys.revoke(owner, name, context),
      (reason) => ({ result: "failed", reason }) as const,
    );
    if (revocation.result === "failed") left.push(name);
  }
  return left;
}

/**
 * Creates a key under the first free name. A name that is taken belongs to an answer that was
 * lost, or to one that is stored and has not come back yet: it is left alone. Only where the
 * system has no place for another key are such keys given up.
 */
async function createKey(job: Job, keys: KeyStore, owner: Credential, generation: number) {
  const { session } = job;
  const names = namesOf(job, generation);
  const tryAll = async () => {
    const orphans: string[] = [];
    for (const name of names) {
      session.requireTimeForChange();
      const creation = await session.act(
        "change",
        name,
        session.limits.changeMs,
        (context) => keys.create(owner, name, context),
        (reason) => ({ result: "ambiguous", reason }) as const,
      );
      if (creation.result === "created") {
        session.secret(creation.key.password);
        return { key: creation.key, name, orphans };
      }
      if (creation.result === "refused") throw new RotationError("change_refused");
      if (creation.result === "full") return undefined;
      orphans.push(name);
      if (creation.result === "ambiguous") throw new RotationError("change_unconfirmed");
    }
    return undefined;
  };
  const created = await tryAll();
  if (created) return created;
  await revokeAll(job, keys, owner, names);
  const again = await tryAll();
  if (!again) throw new RotationError("keys_full");
  return again;
}

function namesOf(job: Job, generation: number): string[] {
  const { item, payload, session } = job;
  const { system, username } = payload.fields;
  return Array.from({ length: session.limits.attempts }, (_, attempt) =>
    keyName({ item, system, username, generation, attempt }),
  );
}

function servedName({ state, payload }: Job): string | undefined {
  return state?.key ?? payload.fields.key_name;
}

function keyIdOf({ payload }: Job): string {
  return payload.fields.key_id ?? payload.fields.username;
}

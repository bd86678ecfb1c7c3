import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { pino } from "pino";
import { systemClock } from "../../common/clock.ts";
import type { Change, Credential, StepContext, System } from "../systems/system.ts";

/**
 * What a system offers; each adds checks.
 * - `passwords`: `change` replaces passwords
 * - `compares-current`: `change` proves the current password to the system itself; a change with
 *   an admin credential does not
 * - `policy`: the system refuses some passwords by a policy of its own
 * - `outage`: the test can make the system fail
 * - `reconcile`, `retaining`, `keys`: the optional verbs
 */
export type ContractFeature =
  | "passwords"
  | "compares-current"
  | "policy"
  | "outage"
  | "reconcile"
  | "retaining"
  | "keys";

/** An account that a check may do anything to. */
export interface ContractSubject {
  readonly system: System;
  /** A credential that opens an account now. */
  readonly current: Credential;
  /** A password that the system accepts and that differs each time. */
  freshPassword(): string;
  /** For `policy`: a password that the system's own policy refuses. */
  readonly weakPassword?: string;
  /** For `outage`: makes the system unreachable or failing until `end`. */
  readonly outage?: { begin(): Promise<void> | void; end(): Promise<void> | void };
  /** Releases what `setup` made; the system is closed before. */
  dispose?(): Promise<void> | void;
}

/** One behavior that the rotation relies on. */
export interface ContractCheck {
  /** A sentence to use as the name of a test. */
  readonly name: string;
  /** Rejects with an AssertionError when the system does not behave so. */
  run(): Promise<void>;
}

/**
 * What the rotator relies on, as checks for any test runner:
 *
 * ```ts
 * for (const { name, run } of systemContract(["passwords"], setup)) test(name, run);
 * ```
 *
 * @param features what the system offers; a check that needs more is left out
 * @param setup makes a fresh subject for each check
 */
export function systemContract(
  features: readonly ContractFeature[],
  setup: () => Promise<ContractSubject>,
): ContractCheck[] {
  const offered = CHECKS.filter(({ needs }) => needs.every((need) => features.includes(need)));
  return offered.map(({ name, check }) => ({
    name,
    async run() {
      const subject = await setup();
      try {
        agree(features, subject.system);
        await check(subject, context());
      } finally {
        await subject.system.close?.();
        await subject.dispose?.();
      }
    },
  }));
}

/** The optional verbs and the named features are the same, so that no check is left out by mistake. */
function agree(features: readonly ContractFeature[], system: System): void {
  equal(system.reconcile !== undefined, features.includes("reconcile"), "feature reconcile");
  equal(system.changeRetaining !== undefined, features.includes("retaining"), "feature retaining");
  equal(system.keys !== undefined, features.includes("keys"), "feature keys");
}

type Check = (subject: ContractSubject, context: StepContext) => Promise<void>;

const context = (signal: AbortSignal = AbortSignal.timeout(30_000)): StepContext => ({
  signal,
  log: pino({ level: "silent" }),
  clock: systemClock,
});

const nextOf = ({ current, freshPassword }: ContractSubject): Credential => ({
  username: current.username,
  password: freshPassword(),
});

/** Reasons reach logs, metrics and callers: they are short codes and hold no secret. */
function hasPublicReason(result: { result: string; reason?: string }, ...secrets: Credential[]) {
  if (result.reason === undefined) return;
  ok(/^[a-z0-9_]{1,64}$/.test(result.reason), `the reason is not a short code: ${result.reason}`);
  for (const { password } of secrets) ok(!result.reason.includes(password), "the reason leaks");
}

async function opens(system: System, credential: Credential, wanted: string) {
  equal((await system.probe(credential, context())).result, wanted);
}

const CHECKS: readonly { name: string; needs: ContractFeature[]; check: Check }[] = [
  {
    name: "a probe finds the current credential valid, as often as it is asked",
    needs: [],
    async check({ system, current }) {
      await opens(system, current, "valid");
      await opens(system, current, "valid");
    },
  },
  {
    name: "a probe finds a wrong password invalid",
    needs: [],
    async check(subject) {
      await opens(subject.system, nextOf(subject), "invalid");
      await opens(subject.system, subject.current, "valid");
    },
  },
  {
    name: "an account that does not exist is never valid",
    needs: ["passwords"],
    async check({ system, current }, context) {
      const nobody = { username: "no-such-account", password: current.password };
      notEqual((await system.probe(nobody, context)).result, "valid");
    },
  },
  {
    name: "after a change the new password is valid and the old one is not",
    needs: ["passwords"],
    async check(subject, context) {
      const { system, current } = subject;
      const next = nextOf(subject);
      deepEqual(await system.change(current, next, context), { result: "changed" });
      await opens(system, next, "valid");
      await opens(system, current, "invalid");
    },
  },
  {
    name: "changes follow one another",
    needs: ["passwords"],
    async check(subject, context) {
      let current = subject.current;
      for (let round = 0; round < 3; round++) {
        const next = nextOf(subject);
        equal((await subject.system.change(current, next, context)).result, "changed");
        current = next;
      }
      await opens(subject.system, current, "valid");
    },
  },
  {
    name: "a change with a wrong current password changes nothing and says so",
    needs: ["passwords", "compares-current"],
    async check(subject, context) {
      const { system, current } = subject;
      const wrong = nextOf(subject);
      const next = nextOf(subject);
      const result = await system.change(wrong, next, context);
      equal(result.result, "refused");
      hasPublicReason(result, wrong, next);
      await opens(system, current, "valid");
      await opens(system, next, "invalid");
    },
  },
  {
    name: "a password that the system's policy refuses is rejected and changes nothing",
    needs: ["passwords", "policy"],
    async check({ system, current, weakPassword }, context) {
      if (weakPassword === undefined) throw new Error("policy needs weakPassword");
      const weak = { username: current.username, password: weakPassword };
      const result = await system.change(current, weak, context);
      equal(result.result, "rejected");
      hasPublicReason(result, current, weak);
      await opens(system, current, "valid");
    },
  },
  {
    name: "an outage proves nothing: probes are unknown, changes never count as done",
    needs: ["passwords", "outage"],
    async check(subject, context) {
      const { system, current, outage } = subject;
      if (outage === undefined) throw new Error("outage needs outage");
      const next = nextOf(subject);
      await outage.begin();
      try {
        const probe = await system.probe(current, context);
        equal(probe.result, "unknown");
        hasPublicReason(probe, current);
        const change = await system.change(current, next, context);
        ok(["ambiguous", "refused"].includes(change.result), change.result);
        hasPublicReason(change, current, next);
      } finally {
        await outage.end();
      }
      await opens(system, current, "valid");
    },
  },
  {
    name: "an aborted step ends at once without a definite result",
    needs: ["passwords"],
    async check(subject) {
      const { system, current } = subject;
      const aborted = context(AbortSignal.abort());
      const settled = <Result>(run: Promise<Result>) => run.catch(() => ({ result: "threw" }));
      const probe = await settled(system.probe(current, aborted));
      ok(["unknown", "threw"].includes(probe.result), probe.result);
      const change = await settled<Change>(
        system.change(current, nextOf(subject), aborted) as never,
      );
      ok(["ambiguous", "refused", "threw"].includes(change.result), change.result);
      await opens(system, current, "valid");
    },
  },
  {
    name: "reconcile sets a password without knowing the current one",
    needs: ["reconcile"],
    async check(subject, context) {
      const { system, current } = subject;
      const next = nextOf(subject);
      deepEqual(await system.reconcile?.(next, context), { result: "changed" });
      await opens(system, next, "valid");
      await opens(system, current, "invalid");
    },
  },
  {
    name: "reconcile does not create an account",
    needs: ["reconcile"],
    async check({ system, freshPassword }, context) {
      const nobody = { username: "no-such-account", password: freshPassword() };
      equal((await system.reconcile?.(nobody, context))?.result, "refused");
      notEqual((await system.probe(nobody, context)).result, "valid");
    },
  },
  {
    name: "changeRetaining keeps the current password valid beside the next",
    needs: ["retaining"],
    async check(subject, context) {
      const { system, current } = subject;
      const next = nextOf(subject);
      deepEqual(await system.changeRetaining?.(current, next, context), { result: "changed" });
      await opens(system, next, "valid");
      await opens(system, current, "valid");
      const again = await system.changeRetaining?.(current, next, context);
      equal(again?.result, "refused");
      await opens(system, next, "valid");
    },
  },
  {
    name: "keys are created once a name and revoked as often as asked",
    needs: ["keys"],
    async check({ system, current }, context) {
      const { keys } = system;
      if (keys === undefined) throw new Error("keys needs keys");
      const created = await keys.create(current, "kit-contract-1", context);
      if (created.result !== "created") throw new Error(`create answered ${created.result}`);
      await opens(system, created.key, "valid");
      equal((await keys.create(current, "kit-contract-1", context)).result, "exists");
      await opens(system, created.key, "valid");
      deepEqual(await keys.revoke(current, "kit-contract-1", context), { result: "revoked" });
      await opens(system, created.key, "invalid");
      deepEqual(await keys.revoke(current, "kit-contract-1", context), { result: "revoked" });
      await opens(system, current, "valid");
    },
  },
];

import { expect, test } from "vitest";
import type { Clock } from "../../../../common/clock.ts";
import { defined } from "../../../../common/defined.ts";
import type { PasswordPolicyConfig } from "../../../../rotator/password/policy.ts";
import { passwordPolicySchema } from "../../../../rotator/password/policy.ts";
import type { RotationDependencies } from "../../../../rotator/rotation/dependencies.ts";
import { Keyring } from "../../../../rotator/rotation/keyring.ts";
import { HeldLocks } from "../../../../rotator/rotation/locks.ts";
import type { SharedLock } from "../../../../rotator/systems/shared-lock.ts";
import { AdministeredSystem } from "./memory-system.ts";
import { callsUntilAnswered, jumpingClock, rotatorFor } from "./rotate.ts";

/**
 * How many calls it takes to find an account again, with every limit at its default: measured over
 * many accounts, and written into the reference page (`npx vitest run -u` on this file).
 */
const ACCOUNTS = 8;
const MAX_FAILED_LOGINS = 4;
const DAY_S = 86_400;

const key = (n: number) => ({ id: `k${n}`, material: Buffer.alloc(32, n) });
const policy = (length: number) => passwordPolicySchema.parse({ length });

interface Setting {
  readonly keys?: readonly number[];
  readonly policy?: PasswordPolicyConfig;
  readonly formerPolicies?: readonly PasswordPolicyConfig[];
  readonly maxFailedLogins?: number;
  /** How replicas share a lock. */
  readonly locks?: Pick<RotationDependencies, "sharedLock" | "memory">;
}

/** An item with its account, and rotators of one configuration after the other. */
function account(index: number, first: Record<string, unknown> = { password: `first-${index}` }) {
  const username = `svc-${index}`;
  const clock = jumpingClock();
  const system = new AdministeredSystem({ [username]: String(first.password ?? "unknown") });
  const payload = JSON.stringify({ system: "app", username, ...first });
  const rotator = ({ keys = [1], maxFailedLogins, locks, ...settings }: Setting = {}) => {
    const made = rotatorFor(system, {
      clock,
      keyring: new Keyring(keys.map(key)),
      systems: new Map([["app", { system, ...settings }]]),
      limits: defined({ maxFailedLogins }),
      ...locks,
    });
    return { ...made, rotate: (sent: string) => made.rotate(sent, { usernames: [username] }) };
  };
  /** As many rotations as asked for, a day apart, and the payload after each. */
  const history = async (rotations: number, from = payload, setting: Setting = {}) => {
    const stored = [from];
    for (let made = 0; made < rotations; made += 1) {
      await clock.sleep(DAY_S * 1_000);
      stored.push((await rotator(setting).rotate(stored.at(-1) ?? "")).payload);
    }
    return stored;
  };
  const rejectNext = (times: number) => {
    let left = times;
    system.rejects = () => {
      left -= 1;
      return left >= 0;
    };
  };
  return { username, clock, system, payload, rotator, history, rejectNext };
}

type Account = ReturnType<typeof account>;
/** Brings the account into its situation; the payload that is stored, and who rotates next. */
type Situation = (it: Account) => Promise<{ stored: string; next: Setting }>;

/** The item has rotated before, or this is its first rotation. */
const begun = async (it: Account, setting: Setting) =>
  (await it.history(2, it.payload, setting)).at(-1) ?? "";
const unbegun = async (it: Account) => it.payload;

/** An answer is lost in one configuration, and the next call comes in another. */
const lost =
  (
    start: (it: Account, setting: Setting) => Promise<string>,
    then: Setting = {},
    next: Setting = {},
    rejected = 0,
  ) =>
  async (it: Account) => {
    const stored = await start(it, then);
    it.rejectNext(rejected);
    await it.rotator(then).rotate(stored);
    return { stored, next };
  };

const SHORT = { policy: policy(20) };
const MIDDLE = { policy: policy(24), formerPolicies: [policy(20)] };
const LONG = { policy: policy(28), formerPolicies: [policy(24), policy(20)] };

const pairs: [string, number, Situation, Situation?][] = [
  ["an answer was lost", 1, lost(begun), lost(unbegun)],
  ["… and the policy was changed", 1, lost(begun, SHORT, MIDDLE), lost(unbegun, SHORT, MIDDLE)],
  [
    "… and a key was put first",
    1,
    lost(begun, {}, { keys: [2, 1] }),
    lost(unbegun, {}, { keys: [2, 1] }),
  ],
  [
    "… and a key was added behind",
    1,
    lost(begun, {}, { keys: [1, 2] }),
    lost(unbegun, {}, { keys: [1, 2] }),
  ],
  ["… after the first candidate was rejected", 1, lost(begun, {}, {}, 1), lost(unbegun, {}, {}, 1)],
  [
    "… and both the policy was changed and a key put first",
    3,
    lost(begun, SHORT, { ...MIDDLE, keys: [2, 1] }),
    lost(unbegun, SHORT, { ...MIDDLE, keys: [2, 1] }),
  ],
  ["… and the policy was changed twice", 3, lost(begun, SHORT, LONG), lost(unbegun, SHORT, LONG)],
  [
    "… and two keys were put first",
    3,
    lost(begun, {}, { keys: [3, 2, 1] }),
    lost(unbegun, {}, { keys: [3, 2, 1] }),
  ],
  [
    "… after a rejection, and the policy was changed",
    3,
    lost(begun, SHORT, MIDDLE, 1),
    lost(unbegun, SHORT, MIDDLE, 1),
  ],
  [
    "… after a rejection, and a key was put first",
    3,
    lost(begun, {}, { keys: [2, 1] }, 1),
    lost(unbegun, {}, { keys: [2, 1] }, 1),
  ],
  ["… after two rejections", 3, lost(begun, {}, {}, 2), lost(unbegun, {}, {}, 2)],
];

/** An old payload is stored again. */

const putBack =
  (
    generations: number,
    interval: number | undefined,
    then: Setting = {},
    next: Setting = {},
  ): Situation =>
  async (it) => {
    const first = { ...JSON.parse(it.payload), rotation_interval_s: interval };
    const stored = await it.history(generations + 2, JSON.stringify(first), then);
    // Due again.
    await it.clock.sleep(DAY_S * 1_000);
    return { stored: stored[2] ?? "", next };
  };

/** The system is restored to what it was some rotations ago. */
const restored =
  (generations: number, then: Setting = {}, next: Setting = {}): Situation =>
  async (it) => {
    const stored = await it.history(4, it.payload, then);
    const old = JSON.parse(stored.at(-1 - generations) ?? "{}") as { password?: string };
    it.system.accounts.set(it.username, String(old.password));
    await it.clock.sleep(DAY_S * 1_000);
    return { stored: stored.at(-1) ?? "", next };
  };

const olds: [string, number, Situation, Situation?][] = [
  ...[2, 3, 6, 9, 12].map((back): [string, number, Situation] => [
    `the payload of ${back} rotations ago was put back, its interval declared`,
    3,
    putBack(back, DAY_S),
  ]),
  ["… of 3 rotations ago, and the policy was changed", 3, putBack(3, DAY_S, SHORT, MIDDLE)],
  ["… of 3 rotations ago, and a key was put first", 3, putBack(3, DAY_S, {}, { keys: [2, 1] })],
  ["the payload of 2 rotations ago was put back, no interval declared", 2, putBack(2, undefined)],
  ["the payload of 3 rotations ago was put back, no interval declared", 3, putBack(3, undefined)],
  ["… of 2 rotations ago, and the policy was changed", 5, putBack(2, undefined, SHORT, MIDDLE)],
  ["… of 2 rotations ago, and a key was put first", 5, putBack(2, undefined, {}, { keys: [2, 1] })],
  ["the system was restored to the rotation before", 2, restored(1)],
  ["… to 2 rotations before", 4, restored(2)],
  ["… to 3 rotations before", 5, restored(3)],
  ["… to the rotation before, and the policy was changed", 2, restored(1, SHORT, MIDDLE)],
  ["… to the rotation before, and a key was put first", 2, restored(1, {}, { keys: [2, 1] })],
];

/** Who gets the calls in turn. */
interface Callers {
  readonly replicas: number;
  readonly maxFailedLogins: number;
  readonly isLocked: boolean;
}

const ONE: Callers = { replicas: 1, maxFailedLogins: MAX_FAILED_LOGINS, isLocked: false };
const LOCKED: Callers = { replicas: 2, maxFailedLogins: MAX_FAILED_LOGINS, isLocked: true };
/** They share the failed logins that the account may have: each counts for itself. */
const UNLOCKED: Callers = { replicas: 2, maxFailedLogins: MAX_FAILED_LOGINS / 2, isLocked: false };

/** The most calls that any of the accounts needed; infinite where twenty were too few. */
async function measure(situation: Situation, callers = ONE): Promise<number> {
  const { replicas, maxFailedLogins, isLocked } = callers;
  const needed = await Promise.all(
    Array.from({ length: ACCOUNTS }, async (_, index) => {
      const it = account(index);
      const { stored, next } = await situation(it);
      it.system.rejects = () => false;
      const lock = isLocked ? lockBetween(it.clock) : undefined;
      const rotators = Array.from({ length: replicas }, () =>
        it.rotator({ ...next, maxFailedLogins, ...defined({ locks: lock?.replica() }) }),
      );
      let call = 0;
      const { answer, calls } = await callsUntilAnswered(
        async () => (rotators[call++ % replicas] as (typeof rotators)[number]).rotate(stored),
        async () => {
          await rotators[0]?.rest();
          lock?.rest();
        },
      );
      expect(it.system.worstRow).toBeLessThanOrEqual(MAX_FAILED_LOGINS);
      if (answer === undefined) return Number.POSITIVE_INFINITY;
      const { password } = JSON.parse(answer.payload);
      expect(password).toBe(it.system.accounts.get(it.username));
      return calls;
    }),
  );
  return Math.max(...needed);
}

/** A lock that replicas share, and that a replica keeps until a rest has passed. */
function lockBetween(clock: Clock) {
  const held = new Set<string>();
  let kept: (() => void)[] = [];
  const sharedLock: SharedLock = {
    async tryAcquire(name) {
      if (held.has(name)) return undefined;
      held.add(name);
      return async () => void held.delete(name);
    },
  };
  const after: Clock["after"] = (_, task) => {
    kept.push(task);
    return () => {
      kept = kept.filter((one) => one !== task);
    };
  };
  return {
    replica: () => ({ sharedLock, memory: { heldLocks: new HeldLocks({ ...clock, after }) } }),
    rest: () => {
      for (const task of kept.splice(0)) task();
    },
  };
}

test("the calls that recovery needs are those of the reference page, and few", async () => {
  const rows: string[] = [];
  const shown = (calls: number) => (Number.isFinite(calls) ? String(calls) : "more than 20");
  for (const [name, most, later, first] of [...pairs, ...olds]) {
    const calls = [await measure(later), first && (await measure(first))];
    for (const count of calls) expect(count ?? 1, name).toBeLessThanOrEqual(most);
    calls.push(await measure(later, LOCKED), await measure(later, UNLOCKED));
    const cells = calls.map((count) => (count === undefined ? "–" : shown(count)));
    rows.push(`| ${name} | ${cells.join(" | ")} |`);
  }
  const page = `# How many calls recovery needs

[A test](../../test/unit/rotator/rotation/situations.test.ts) writes this page. It brings ${ACCOUNTS} accounts into each
situation, counts the calls until one succeeds, and takes the largest number. All limits have their defaults: at most
four failed logins in a row, and a call that found nothing is repeated when the system has forgotten them
(\`failed_login_window_ms\`, 15 minutes).

One process makes all calls. In the last two columns, two replicas get them in turn, and each searches for itself. With
\`shared_lock\` they share the four failed logins. Without it, each has two (\`max_failed_logins: 2\`).

| situation | later rotation | first rotation | later, two replicas, shared lock | later, two replicas, no lock |
|---|---|---|---|---|
${rows.join("\n")}

In one process, one change needs one call, and two need at most three, but for these: a search finds a restored system
from its second call on, since a lost answer is more plausible, and a payload without a declared interval does not say how
far to look.

The former policies are listed as \`former_policies\`; a later payload has the last one itself.
`;
  await expect(page).toMatchFileSnapshot("../../../../docs/reference/recovery.md");
}, 120_000);

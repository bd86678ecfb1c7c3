import { expect, test } from "vitest";
import type { Credential, System } from "../../rotator/systems/system.ts";
import { rigFor } from "../e2e/systems/rig.ts";
import { stepContext } from "../unit/rotator/systems/support.ts";
import { keepLoggingIn } from "./application.ts";
import type { LiveRun } from "./runs.ts";

/** A running product, as the situations need it. */
export interface LiveProduct {
  /** A fresh account, with the system that rotates it. */
  account(): Promise<{ readonly system: System; readonly current: Credential }>;
  /** The system with an admin credential that is wrong, where the product knows admins. */
  wrongAdmin?(): Promise<System>;
  /** A login as an application makes one. */
  login(credential: Credential): Promise<boolean>;
  /** Keeps an account from being used, as the product does after failed logins, and ends that. */
  lock?(username: string): Promise<void>;
  unlock?(username: string): Promise<void>;
  /** Makes the product reject every candidate, and ends that. */
  tighten?(): Promise<void>;
  loosen?(): Promise<void>;
  /** Fields by which a payload asks for what the product rejects, where its policy is fixed. */
  readonly asksTooMuch?: object;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: { code: string }) => error.code,
  );

/** What a probe and a rotation come to. */
const LOCKS = {
  locked: { probe: { account: "locked" }, code: "account_blocked" },
  disabled: { probe: { account: "disabled" }, code: "account_unusable" },
  "perhaps blocked": { probe: { reason: "may_be_blocked" }, code: "system_unavailable" },
};

/**
 * The six situations that every product is put through: ten rotations, a lost answer, a locked account, a
 * stricter policy, a wrong admin credential, an application that goes on with the old password.
 *
 * @param run which of them the product knows
 */
export function sixSituations(product: () => LiveProduct, { lock, policy, admin }: LiveRun): void {
  const subject = async (reconcile = false) => {
    const { system, current } = await product().account();
    const rig = rigFor(system, { usernames: [current.username], reconcile });
    return { system, current, rig };
  };

  test("ten rotations follow one another", async () => {
    const { rig, current } = await subject();
    let fields: Credential = current;
    for (let round = 0; round < 10; round += 1) ({ fields } = await rig.rotate(fields));
    expect(await product().login(fields)).toBe(true);
    expect(await product().login(current)).toBe(false);
  });

  test("a lost answer is found by the next call, by another process too, and locks nothing", async () => {
    const { system, rig, current } = await subject();
    const first = await rig.rotate(current);
    await rig.rotate(first.fields);
    const other = rigFor(system, { usernames: [current.username] });
    for (const { rotate } of [rig, other]) {
      const again = await rotate(first.fields);
      expect(again.outcome).toBe("replayed");
      expect(await product().login(again.fields)).toBe(true);
    }
  });

  const withLock = (state: keyof typeof LOCKS) => async () => {
    const { system, current, rig } = await subject(true);
    const { fields } = await rig.rotate(current);
    const { probe, code } = LOCKS[state];
    await product().lock?.(current.username);
    expect(await system.probe(fields, stepContext())).toMatchObject({
      result: "unknown",
      ...probe,
    });
    expect(await codeOf(rig.rotate(fields))).toBe(code);
    await product().unlock?.(current.username);
    expect(await product().login(fields)).toBe(true);
    expect((await rig.rotate(fields)).outcome).toBe("rotated");
  };
  if (lock)
    test(
      `an account that is ${lock} is told apart from a wrong password, and nothing is reset`,
      withLock(lock),
    );

  const withPolicy = async () => {
    const { rig, current } = await subject();
    const { fields } = await rig.rotate(current);
    await product().tighten?.();
    try {
      const payload = { ...fields, ...product().asksTooMuch };
      expect(await codeOf(rig.rotate(payload))).toBe("policy_rejected");
      expect(await product().login(fields)).toBe(true);
    } finally {
      await product().loosen?.();
    }
    expect((await rig.rotate(fields)).outcome).toBe("rotated");
  };
  if (policy === undefined)
    test("a stricter policy rejects the candidates, and does not lock the account", withPolicy);

  const withoutAdmin = async () => {
    const { current } = await subject();
    const system = await product().wrongAdmin?.();
    const next = { ...current, password: "Next-password-1!" };
    expect(await system?.reconcile?.(next, stepContext())).toMatchObject({
      result: "refused",
      authority: "admin",
    });
    expect(await product().login(current)).toBe(true);
  };
  if (admin !== false) test("a wrong admin credential is named, and nothing changes", withoutAdmin);

  test("an application goes on with the old password: nothing is reset, and it heals afterwards", async () => {
    const { system, current } = await subject();
    const rig = rigFor(system, { usernames: [current.username], reconcile: true });
    const first = await rig.rotate(current);
    const lost = await rig.rotate(first.fields);
    const application = keepLoggingIn(() => product().login(first.fields));
    await application.refused(5);
    await codeOf(rig.rotate(first.fields));
    await application.stop();
    await product().unlock?.(current.username);
    expect(await product().login(lost.fields)).toBe(true);
    const healed = await rig.rotate(first.fields);
    expect(healed.outcome).toBe("replayed");
    expect(await product().login(healed.fields)).toBe(true);
  });
}

/** Tokens of one account, by the strategy key-pair: ten rotations, and a lost answer. */
export async function rotateKeys(
  system: System,
  begin: Credential & { readonly key_name: string },
): Promise<void> {
  const usernames = [begin.username, begin.key_name];
  const rig = rigFor(system, { strategy: "key-pair", usernames });
  let { fields } = await rig.rotate(begin);
  for (let round = 0; round < 9; round += 1) ({ fields } = await rig.rotate(fields));
  expect(await rig.opens(fields)).toBe(true);
  expect(await rig.opens(begin)).toBe(false);
  await rig.rotate(fields);
  const again = await rig.rotate(fields);
  expect(await rig.opens(again.fields)).toBe(true);
}

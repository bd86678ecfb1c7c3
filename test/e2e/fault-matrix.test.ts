import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { FaultName, FaultOptions } from "../harness/faults.ts";
import type { RotatorProcess } from "../harness/rotator-process.ts";
import { ITEM, type RotatorStage, setRotatorStage, USERNAME } from "../harness/rotator-stage.ts";

/** Every fault that the harness can inject around the real rotator, in its own process. */
let stage: RotatorStage;
let rotator: RotatorProcess;
/** Every password that was ever stored or answered: none of them may appear in the log. */
const secrets = new Set<string>();

beforeAll(async () => {
  stage = await setRotatorStage();
  rotator = await stage.startRotator({ limits: { rate_per_minute: 10_000 } });
  await stage.declare(rotator.url);
});

afterAll(async () => {
  await rotator?.end("SIGTERM");
  await stage?.stop();
});

beforeEach(() => {
  stage.gateway.faults.clear();
  stage.app.faults.clear();
  stage.app.events.clear();
});

async function storedPassword(on = stage): Promise<string> {
  const { current_password } = await on.stored();
  secrets.add(String(current_password));
  return String(current_password);
}

/**
 * The oracles: after any fault, one rotation without faults succeeds, what the gateway serves opens
 * the account, what it served before does not, and nobody was locked out on the way.
 */
async function expectRecovery(on = stage): Promise<void> {
  const before = await storedPassword(on);
  expect(await on.rotate()).toEqual({ status: 200, error: "" });
  const after = await storedPassword(on);
  expect(await on.app.accepts(USERNAME, after)).toBe(true);
  expect(await on.app.accepts(USERNAME, before)).toBe(false);
  expect(on.app.events.all("account-locked")).toEqual([]);
}

const table = (names: FaultName[], options: FaultOptions) =>
  names.map((name) => [name, options] as const);

describe("between gateway and rotator", () => {
  it.each([
    ...table(["error-before", "error-after", "reset-before", "reset-after"], { at: "rotation" }),
    ...table(["slow", "hang-up"], { at: "rotation", milliseconds: 5 }),
    ...table(["late", "duplicate", "replay", "cut-body"], { at: "rotation" }),
    ...table(["keep-old", "restore-previous"], { at: "store" }),
  ])("%s heals with the next rotation %j", async (fault, options) => {
    await storedPassword();
    stage.gateway.faults.inject(fault, options);
    await stage.rotate();
    await expectRecovery();
  });

  it("three lost answers in a row heal with the next rotation", async () => {
    stage.gateway.faults.inject("reset-after", { at: "rotation", times: 3 });
    for (let lost = 0; lost < 3; lost += 1) expect((await stage.rotate()).status).toBe(500);
    await expectRecovery();
  });
});

describe("at the validator", () => {
  it.each(
    table(["error-before", "reset-before", "redirect", "wrong-access-id", "huge-body"], {
      at: "validation",
      times: Infinity,
    }),
  )("%s: no rotation, and the application hears nothing", async (fault, options) => {
    const before = await storedPassword();
    stage.gateway.faults.inject(fault, options);
    expect((await stage.rotate()).status).toBe(500);
    expect(stage.app.events.all()).toEqual([]);
    expect(await storedPassword()).toBe(before);
    stage.gateway.faults.clear();
    await expectRecovery();
  });
});

describe("at the application", () => {
  it.each([
    ...table(["error-before", "reset-before", "locked"], { at: "login" }),
    ...table(["slow"], { at: "login", milliseconds: 5 }),
    // After a change that did not happen the rotator waits some seconds whether it still comes.
    ...table(["reset-before", "error-after", "reset-after"], { at: "change" }),
    ...table(["reject-policy", "reject-reuse", "read-only"], { at: "change" }),
    ...table(["slow", "overlap"], { at: "change", milliseconds: 5 }),
  ])("%s heals with the next rotation %j", async (fault, options) => {
    await storedPassword();
    stage.app.faults.inject(fault, options);
    await stage.rotate();
    stage.app.faults.clear();
    await expectRecovery();
  });

  it("a change that is accepted now and applied later is never answered before it counts", async () => {
    stage.app.faults.inject("late", { milliseconds: 300 });
    const { status } = await stage.rotate();
    const opens = await stage.app.accepts(USERNAME, await storedPassword());
    expect(status === 200 ? opens : true).toBe(true);
    await expect.poll(() => stage.app.events.all("password-changed").length).toBeGreaterThan(0);
    await expectRecovery();
  });
});

it("an application that locks after three bad logins: a lost answer and the first payload heal", async () => {
  const strict = await setRotatorStage({ rules: { lockAfter: 3 } });
  onTestFinished(() => strict.stop());
  const careful = await strict.startRotator({
    systems: {
      "reporting-app": {
        ...{ type: "http", recipe: "reporting-app", origin: strict.proxy.url, ca_file: "ca.pem" },
        max_failed_logins: 2,
      },
    },
  });
  onTestFinished(() => void careful.end("SIGTERM"));
  await strict.declare(careful.url);
  const first = await strict.stored();
  await expectRecovery(strict);
  // As an apply does whose plan is older than the rotation.
  await strict.store(first);
  await expectRecovery(strict);
  strict.gateway.faults.inject("reset-after", { at: "rotation" });
  expect((await strict.rotate()).status).toBe(500);
  await expectRecovery(strict);
});

describe("faults on every leg at once", () => {
  it("leave no account locked out, in any pair", async () => {
    const onGateway: readonly FaultName[] = ["error-after", "reset-after", "duplicate", "replay"];
    const onApp: readonly FaultName[] = ["error-after", "reset-after"];
    for (const gatewayFault of onGateway)
      for (const appFault of onApp) {
        stage.gateway.faults.inject(gatewayFault, { at: "rotation" });
        stage.app.faults.inject(appFault, { at: "change" });
        await stage.rotate();
        stage.gateway.faults.clear();
        stage.app.faults.clear();
        await expectRecovery();
      }
    expect(stage.gateway.item(ITEM)?.status).toBe("RotationSucceeded");
  });
});

it("wrote none of all these passwords into its log", () => {
  expect(secrets.size).toBeGreaterThan(30);
  for (const secret of secrets) expect(rotator.text()).not.toContain(secret);
});

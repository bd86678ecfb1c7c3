import { expect, onTestFinished, test } from "vitest";
import type { RotatorProcess } from "../harness/rotator-process.ts";
import {
  type ConfigChanges,
  FIRST_PASSWORD,
  type RotatorStage,
  setRotatorStage,
  USERNAME,
} from "../harness/rotator-stage.ts";

async function serve(
  changes?: ConfigChanges,
): Promise<{ stage: RotatorStage; rotator: RotatorProcess }> {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const rotator = await stage.startRotator(changes);
  onTestFinished(async () => {
    await rotator.end("SIGKILL");
  });
  await stage.declare(rotator.url);
  return { stage, rotator };
}

test("a rotation over HTTPS changes the password and is told step by step in the log", async () => {
  const { stage, rotator } = await serve();
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  const { current_password: password } = await stage.stored();
  expect(password).not.toBe(FIRST_PASSWORD);
  expect(await stage.app.accepts(USERNAME, String(password))).toBe(true);
  expect(await stage.app.accepts(USERNAME, FIRST_PASSWORD)).toBe(false);
  await rotator.waitFor("answer returned");
  const told = rotator.lines.map(({ msg }) => msg);
  expect(told).toEqual(
    expect.arrayContaining(["credentials validated", "password changed", "answer returned"]),
  );
  for (const secret of [String(password), FIRST_PASSWORD]) {
    expect(rotator.text()).not.toContain(secret);
  }
});

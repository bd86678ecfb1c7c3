import { describe, expect, onTestFinished, test, vi } from "vitest";
import { systemContract } from "../../../../../rotator/testing/contract.ts";
import { alice, stepContext, systemFrom } from "../support.ts";

const load = (path: string, options = {}) =>
  systemFrom({ type: "module", path, options }, {}, import.meta.dirname);

test("a TypeScript module is loaded by a path relative to the configuration", async () => {
  const system = await load("./fixtures/memory.ts", { initial: "one" });
  expect(await system.change(alice("one"), alice("two"), stepContext())).toEqual({
    result: "changed",
  });
  expect(await system.probe(alice("two"), stepContext())).toEqual({ result: "valid" });
});

test.each([
  ["./fixtures/incomplete.js", /made no complete system \(wrong or missing: change\)/],
  ["./fixtures/nothing.js", /does not export a function createSystem/],
  ["./fixtures/absent.ts", /cannot be loaded \(Cannot find module/],
])("the module %s is refused at start", async (path, message) => {
  await expect(load(path)).rejects.toThrow(message);
});

test("what a module throws while it is loaded may hold secrets, and is not shown", async () => {
  const failed: Error = await load("./fixtures/throwing.js").catch((error) => error);
  expect(failed.message).toMatch(/cannot be loaded \(Error; import it with node to see more\)/);
});

test("options that a module refuses with zod are named", async () => {
  const failed: Error = await load("./fixtures/with-options.js", { prot: 1 }).catch((e) => e);
  expect(failed.message).toMatch(
    /failed in createSystem: options\.port is required: options\.prot is not known here\.$/,
  );
});

test("a module that never settles is given up", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const loading = load("./fixtures/never.js").catch((error: Error) => error.message);
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), 20_000);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await loading).toMatch(/never\.js is not ready after 15 s/);
});

describe("contract of a module", () => {
  let count = 0;
  const checks = systemContract(["passwords", "compares-current"], async () => ({
    system: await load("./fixtures/memory.ts", { initial: "first" }),
    current: alice("first"),
    freshPassword: () => `fresh-${count++}`,
  }));
  for (const { name, run } of checks) test(name, run);
});

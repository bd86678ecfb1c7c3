import { describe, expect, test } from "vitest";
import { systemContract } from "../../../../../rotator/systems/contract.ts";
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

describe("contract of a module", () => {
  let count = 0;
  const checks = systemContract(["passwords", "compares-current"], async () => ({
    system: await load("./fixtures/memory.ts", { initial: "first" }),
    current: alice("first"),
    freshPassword: () => `fresh-${count++}`,
  }));
  for (const { name, run } of checks) test(name, run);
});

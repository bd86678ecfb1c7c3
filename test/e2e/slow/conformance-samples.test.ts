import { expect, test } from "vitest";
import { examineListener } from "../../unit/harness/conformance/examine.ts";
import {
  echoServer,
  framework,
  shellHook,
} from "../../unit/harness/conformance/sample-rotators.ts";

/** What is not passed, by its result. */
async function judged(rotator: typeof echoServer) {
  const { cases } = await examineListener(rotator, ["contract", "authentication", "hygiene"]);
  const of = (result: string) => cases.filter((each) => each.result === result).map(({ id }) => id);
  return { failed: of("failed"), warnings: of("warning"), skipped: of("skipped") };
}

/** What becomes of a lost answer, of a duplicate, and of a stale payload. */
async function recovery(rotator: typeof echoServer) {
  const { cases } = await examineListener(rotator, ["recovery"]);
  return cases.slice(0, 3).map(({ result }) => result);
}

test("the server that only echoes, on purpose, fails nothing", async () => {
  expect(await judged(echoServer)).toEqual({
    failed: [],
    // It rotates nothing, looks at no item, waits long and reads much.
    warnings: ["C3", "A5", "A8", "H3", "H4"],
    skipped: ["H1", "H2"],
  });
  expect(await recovery(echoServer)).toEqual(["passed", "passed", "passed"]);
});

test("the shell hook fails only where two requests at once leave a password that nobody has", async () => {
  expect(await judged(shellHook)).toEqual({
    failed: [],
    warnings: ["C6", "C7", "A5", "A8", "H3"],
    skipped: ["H2"],
  });
  expect(await recovery(shellHook)).toEqual(["passed", "failed", "passed"]);
});

test("the framework fails only where an answer is lost", async () => {
  expect(await judged(framework)).toEqual({
    failed: [],
    warnings: ["A5", "H3"],
    skipped: ["H2"],
  });
  expect(await recovery(framework)).toEqual(["failed", "passed", "passed"]);
});

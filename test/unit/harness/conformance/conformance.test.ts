import { expect, onTestFinished, test } from "vitest";
import { startRotator } from "../../../../rotator/index.ts";
import { memorySystem, startGateway } from "../../../harness/index.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import { CONFORMANCE_ITEM, examineNaive, examineRotator, FIRST, failures } from "./examine.ts";
import { naiveRotator } from "./naive-rotator.ts";

test("our rotator passes every case", async () => {
  const gateway = await startGateway();
  const passwords = new Map([[FIRST.username, FIRST.password]]);
  const rotator = await startRotator({
    config: {
      items: { [CONFORMANCE_ITEM]: { system: "app", usernames: [FIRST.username] } },
      // Never contacted: the memory takes its place.
      systems: { app: { type: "http", recipe: "reporting-app", origin: "https://app.invalid" } },
    },
    akeyless: gateway.forRotator(),
    systems: { app: memorySystem(passwords) },
    log: () => {},
  });
  onTestFinished(async () => {
    await rotator.stop();
    await gateway.stop();
  });
  const payload = { ...FIRST, system: "app", policy: { length: 24 } };
  const report = await examineRotator(rotator.url, gateway, payload, passwords);
  const others = report.cases.filter(({ result }) => result !== "passed");
  expect(others).toMatchObject([
    ...["R8", "R9", "R10"].map((id) => ({ id, result: "skipped", detail: "no --relay was given" })),
    { id: "R5", result: "skipped", detail: "no --restart command was given" },
    { id: "H3", result: "warning", detail: "http, on this machine" },
  ]);
  expect(report.ok).toBe(true);
}, 60_000);

test("a careful rotator of forty lines fails nothing", async () => {
  expect(failures(await examineNaive({}))).toEqual([]);
});

test.each([
  ["contract", { answersGet: true }, "C5"],
  ["authentication", { anyGateway: true }, "A4"],
  ["recovery", { slowNotes: true }, "R2"],
  ["hygiene", { tells: true }, "H6"],
] as const)("one that errs in the profile %s fails that case only", async (_, habits, id) => {
  const report = await examineNaive(habits);
  expect(failures(report)).toEqual([id]);
  expect(report.ok).toBe(false);
});

test("a naive one fails where a password gets lost and where it talks, and nowhere else", async () => {
  const habits = { forgetful: true, tells: true };
  const others = await examineNaive(habits, ["contract", "authentication", "hygiene"]);
  expect(failures(others)).toEqual(["H6"]);
  expect(others.score).toEqual({
    contract: { passed: 8, of: 8 },
    authentication: { passed: 9, of: 9 },
    hygiene: { passed: 4, of: 5 },
  });
  // R4 cuts after 50 ms: a fast machine has read the answer by then, a slow one has lost the account.
  const lost = failures(await examineNaive(habits, ["recovery"]));
  expect(lost.filter((id) => id !== "R4")).toEqual(["R1"]);
});

test("a failure shows request and answer without a secret, and how to repair it", async () => {
  const report = await examineNaive({ tells: true }, ["hygiene"]);
  const [failure] = report.cases.filter(({ result }) => result === "failed");
  expect(failure).toMatchObject({
    id: "H6",
    sent: expect.stringContaining("-H 'AkeylessCreds: <token>' -d '{\"payload\":\"<payload>\"}'"),
    received: expect.stringMatching(/^500 wrong password/),
    repair: expect.stringContaining("Answer with a code"),
  });
  expect(JSON.stringify(report)).not.toMatch(/Wrong-Pa55word|First-Pa55word/);
});

test("without a login nothing is guessed", async () => {
  const gateway = await startGateway();
  const validator = `${gateway.url}/validate-producer-credentials`;
  const passwords = new Map([[FIRST.username, FIRST.password]]);
  const server = await listenOnLoopback(naiveRotator(passwords, validator, {}));
  onTestFinished(async () => {
    await Promise.all([gateway.stop(), server.stop()]);
  });
  const { cases } = await examineRotator(server.url, gateway, FIRST, undefined);
  const skipped = cases.filter(({ result }) => result === "skipped").map(({ id }) => id);
  expect(skipped).toEqual(["R6", "R8", "R9", "R10", "R5", "H1", "H2"]);
});

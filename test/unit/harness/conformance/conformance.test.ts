import type { RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { startRotator } from "../../../../rotator/index.ts";
import { CASES } from "../../../harness/conformance/cases.ts";
import { payloadIn } from "../../../harness/conformance/subject.ts";
import { memorySystem, startGateway } from "../../../harness/index.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import {
  CONFORMANCE_ITEM,
  examineListener,
  examineNaive,
  examineRotator,
  FIRST,
  failures,
} from "./examine.ts";
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
    contract: { passed: 9, of: 9 },
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

const OTHER = JSON.stringify({ ...FIRST, password: "0f-Nobody" });

/** Answers everybody with 200 and the payload, in whatever way it was asked. */
const obliging: RequestListener = async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  response.end(JSON.stringify({ payload: payloadIn(body) || OTHER }));
};

/** Answers everybody with the same error, which repeats what it was sent. */
const talkative: RequestListener = async (request, response) => {
  let body = "";
  for await (const chunk of request) if (body.length < 10_000) body += chunk;
  response.writeHead(500).end(`cannot rotate ${payloadIn(body)}`);
};

test("every failure and warning says what was sent, what came back, why it matters and how to repair it", async () => {
  const seen = new Set<string>();
  for (const rotator of [obliging, talkative]) {
    const { cases } = await examineListener(() => rotator);
    for (const each of cases) {
      if (each.result === "passed" || each.result === "skipped") continue;
      seen.add(each.id);
      const text = CASES.find(({ id }) => id === each.id);
      expect(each).toMatchObject({
        detail: expect.stringMatching(/\S/),
        sent: expect.stringMatching(/^curl -X (POST|GET) 'http/),
        received: expect.stringMatching(/^\d+ /),
        why: text?.why,
        repair: text?.repair,
      });
      expect(JSON.stringify(each)).not.toContain(FIRST.password);
    }
  }
  const needed = CASES.filter(({ needs }) => !needs).map(({ id }) => id);
  // C8 needs one that does not answer: command.test.ts.
  expect(needed.filter((id) => !seen.has(id))).toEqual(["C8"]);
});

test.each(CASES)("the case $id says why it matters and how to repair it, in sentences", (text) => {
  for (const sentence of [text.why, text.repair]) expect(sentence).toMatch(/^[A-Z].{5,}\.$/);
  for (const words of [text.title, text.sends, text.expects]) expect(words).toMatch(/^\S.*[^.]$/);
});

test("a failure shows the exchange that failed, not the last one of its case", async () => {
  const report = await examineListener(
    (passwords, validator) => {
      const careful = naiveRotator(passwords, validator, {});
      return (request, response) =>
        request.headers["content-length"] === "2"
          ? void response.end(JSON.stringify({ payload: OTHER }))
          : careful(request, response);
    },
    ["contract"],
  );
  expect(report.cases.filter(({ result }) => result === "failed")).toMatchObject([
    {
      id: "C7",
      sent: expect.stringMatching(/ -d '\{\}'$/),
      received: expect.stringMatching(/^200/),
    },
  ]);
});

test.each([
  [
    { length: 12, lowercase: true, uppercase: true, numbers: true, symbols: true },
    "passed",
    undefined,
  ],
  [{ numbers: 4, length: "long" }, "passed", undefined],
  [{ length: 13 }, "failed", "the password has 12 characters, not 13"],
  [{ symbols: false }, "failed", "the password has symbols"],
])("the policy %j of a payload is %s", async (policy, result, detail) => {
  const report = await examineListener(
    (passwords) => async (_request, response) => {
      const password = "aB3-aB3-aB3-";
      passwords.set(FIRST.username, password);
      const payload = JSON.stringify({ ...FIRST, password, policy });
      response.end(JSON.stringify({ payload }));
    },
    ["hygiene"],
  );
  expect(report.cases.find(({ id }) => id === "H2")).toMatchObject({
    result,
    ...(detail && { detail }),
  });
});

test("one that takes no large payload gets a warning, if the usual one still works", async () => {
  const report = await examineListener(
    (passwords, validator) => {
      const careful = naiveRotator(passwords, validator, {});
      return (request, response) =>
        Number(request.headers["content-length"]) > 8_192
          ? void response.writeHead(413).end()
          : careful(request, response);
    },
    ["contract"],
  );
  expect(report.cases.filter(({ result }) => result !== "passed")).toMatchObject([
    { id: "C9", result: "warning", detail: "status 413: a payload of 8 KiB was refused" },
  ]);
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

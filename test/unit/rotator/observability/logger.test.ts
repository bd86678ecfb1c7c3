import { execFileSync, spawnSync } from "node:child_process";
import { expect, onTestFinished, test, vi } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import { describeFailure } from "../../../../rotator/observability/failure.ts";
import { createRotatorLog } from "../../../../rotator/observability/logger.ts";
import { addNames, ownTexts } from "../../../../rotator/process/own-words.ts";

function capture() {
  const lines: string[] = [];
  const log = createRotatorLog({
    level: "info",
    write: (line) => lines.push(line),
  });
  return { log, text: () => lines.join("") };
}

test("a request's lines are cleaned with its secrets, also those added later", () => {
  const { log, text } = capture();
  const request = log.open("c-1");
  request.redactor.add("s3cret-one");
  request.log.info({ deep: { field: "s3cret-one" } }, "says s3cret-one");
  request.redactor.add("s3cret-two");
  request.log.child({ system: "app" }).warn("says s3cret-two");
  expect(text()).not.toContain("s3cret");
  expect(text()).toContain('"correlation":"c-1"');
});

test("lines that belong to no request are cleaned with everybody's secrets", () => {
  const { log, text } = capture();
  log.open("c-1").redactor.add("s3cret-one");
  log.open("c-2").redactor.add("s3cret-two");
  log.log.error("pool lost s3cret-one and s3cret-two");
  expect(text()).not.toContain("s3cret");
});

test("a line that comes after the end of its request is cleaned all the same", () => {
  const { log, text } = capture();
  const request = log.open("c-1");
  request.redactor.add("s3cret-one");
  request.end(true);
  request.log.child({ system: "app" }).warn({ x: 1 }, "too late: s3cret-one");
  expect(text()).toContain('"correlation":"c-1"');
  expect(text()).toContain("too late: [redacted]");
});

test("what the process says of a request that has just ended is cleaned too", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { log, text } = capture();
  const request = log.open("c-1");
  request.redactor.add("s3cret-one");
  vi.advanceTimersByTime(59_000);
  request.end(true);
  vi.advanceTimersByTime(59_000);
  log.log.error("in the background: s3cret-one");
  expect(text()).toContain("in the background: [redacted]");
});

test("a message cannot pretend to belong to another request", () => {
  const { log, text } = capture();
  log.open("c-2").redactor.add("another");
  const request = log.open("c-1");
  request.redactor.add("s3cret-one");
  request.log.info({ x: '"correlation":"c-2"' }, '"correlation":"c-2" s3cret-one');
  expect(text()).not.toContain("s3cret");
});

test("errors are written without what libraries attach to them", () => {
  const { log, text } = capture();
  const attached = Object.assign(new Error("refused"), { body: "private answer", code: "E1" });
  log.log.warn({ err: new KitError("internal_error", {}, { cause: attached }) }, "it failed");
  expect(text()).toContain("Error E1: refused");
  expect(text()).not.toContain("private answer");
});

test("a module's failure never shows its source, nor what a parser read", () => {
  const { log, text } = capture();
  const thrown = (action: () => unknown) => {
    try {
      return action();
    } catch (error) {
      return error;
    }
  };
  const failures = [
    thrown(() => JSON.parse('{"password": private words}')),
    thrown(() => new Function("const password = 'private words' const")),
    Object.assign(new Error("failed"), { stack: "m.mjs:1\n  'private words'\n    at m.mjs:1:1" }),
  ];
  for (const err of failures) log.log.warn({ err }, "the system's verb failed");
  log.log.warn({ err: new Error("failed", { cause: failures[0] }) }, "the system's verb failed");
  expect(text()).not.toContain("private");
  expect(text()).toContain("at m.mjs:1:1");
});

test("standard output gets every line, clean and in order, also when the process ends at once", () => {
  const module = new URL("../../../../rotator/observability/logger.ts", import.meta.url);
  const program = `
    import { createRotatorLog } from ${JSON.stringify(module.href)};
    const log = createRotatorLog({ level: "info" });
    const one = log.open("c-1");
    const two = log.open("c-2");
    one.redactor.add("s3cret-one");
    one.log.info("1 s3cret-one");
    two.redactor.add("s3cret-two");
    two.log.info("2 s3cret-two");
    one.log.child({ system: "app" }).info("3 s3cret-one");
    log.log.info("4 s3cret-one s3cret-two");
    one.end(true);
    two.end(true);
    log.log.info("5");
    two.log.info("6 s3cret-two");
    process.exit(0);
  `;
  const options = ["--import", "tsx", "--input-type=module", "--eval", program];
  const text = execFileSync(process.execPath, options, { encoding: "utf8" });
  const messages = text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
  const hidden = "[redacted]";
  expect(messages).toEqual([
    `1 ${hidden}`,
    `2 ${hidden}`,
    `3 ${hidden}`,
    `4 ${hidden} ${hidden}`,
    "5",
    `6 ${hidden}`,
  ]);
});

test("many loggers share standard output: their lines keep their order, and nothing piles up", () => {
  const module = new URL("../../../../rotator/observability/logger.ts", import.meta.url);
  const program = `
    import { createRotatorLog } from ${JSON.stringify(module.href)};
    for (let number = 0; number < 12; number += 1) createRotatorLog({ level: "silent" });
    const [one, two] = [createRotatorLog({ level: "info" }), createRotatorLog({ level: "info" })];
    one.log.info("1");
    two.log.info("2");
    one.log.info("3");
  `;
  const options = ["--import", "tsx", "--input-type=module", "--eval", program];
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: "utf8" });
  expect(stdout.match(/"msg":"\d"/g)).toEqual(['"msg":"1"', '"msg":"2"', '"msg":"3"']);
  expect(stderr).not.toContain("MaxListenersExceededWarning");
});

test("our own words, codes and configured names stay, whatever somebody chose as a password", () => {
  const lines: string[] = [];
  const words = ownTexts();
  addNames(words, {
    akeyless: { access_ids: ["p-gateway"] },
    items: { "/prod/app": {} },
    keys: [{ id: "key-2026" }],
    systems: { "reporting-app": {} },
  });
  const log = createRotatorLog({ level: "info", write: (line) => lines.push(line), words });
  const own = {
    item: "/prod/app",
    system: "reporting-app",
    access_id: "p-gateway",
    code: "out_of_sync",
    step: "change",
    outcome: "changed",
    detail: "candidate",
  };
  for (const [index, secret] of [
    ...Object.keys(own),
    ...Object.values(own),
    "password",
  ].entries()) {
    const { log: of, redactor, end } = log.open(`c-${index}`);
    redactor.add(secret);
    of.info({ ...own, told: `it said ${secret}` }, "password changed");
    end(true);
    const { told, ...line } = JSON.parse(lines.at(-1) ?? "");
    expect(line, secret).toMatchObject({ ...own, msg: "password changed" });
    expect(told, secret).toBe("it said [redacted]");
  }
});

test("our own sentences stay too, and what fills them is cleaned", () => {
  const lines: string[] = [];
  const log = createRotatorLog({
    level: "info",
    write: (line) => lines.push(line),
    words: ownTexts(),
  });
  const error = new KitError("change_refused.authority", {
    whose: "admin's",
    why: "HTTP 403, not_permitted",
  });
  const own = {
    ...describeFailure(error),
    detail: "current: connection_refused",
    wait: describeFailure(new KitError("out_of_sync.resting", { seconds: 899 })).message,
  };
  const secrets = ["account", "password", "current", "connection_refused", "HTTP 4", "permitted"];
  for (const [index, secret] of secrets.entries()) {
    const { log: of, redactor, end } = log.open(`c-${index}`);
    redactor.add(secret);
    of.warn({ ...own, told: `attempt 0: it said ${secret}` }, "the system's verb failed");
    end(true);
    const { told, ...line } = JSON.parse(lines.at(-1) ?? "");
    expect(line, secret).toMatchObject({ ...own, msg: "the system's verb failed" });
    expect(told, secret).toBe("attempt 0: it said [redacted]");
  }
  const { log: of, redactor } = log.open("c-slot");
  redactor.add("s3cret-one");
  of.warn({ err: new KitError("payload_invalid.because", { reason: "of s3cret-one" }) });
  expect(JSON.parse(lines.at(-1) ?? "").err.message).toBe(
    "The payload is not valid: of [redacted].",
  );
});

test("a secret that begins in our own words, or reaches over two of their slots, is hidden whole", () => {
  const lines: string[] = [];
  const log = createRotatorLog({
    level: "info",
    write: (line) => lines.push(line),
    words: ownTexts(),
  });
  for (const [secret, told] of [
    ["one, two-s3cret", "HTTP 500, it said one, two-s3cret"],
    ["candidate: s3cret", "candidate: s3cret"],
    [
      "403, s3cret",
      "The system refused the change (HTTP 403, s3cret); the current password is still valid.",
    ],
  ] as const) {
    const { log: of, redactor, end } = log.open("c-1");
    redactor.add(secret);
    of.warn({ err: new Error(told) }, "the system's verb failed");
    end(true);
    of.warn({ err: new Error(told) }, "the system's verb failed");
    expect(lines.splice(0).join(""), told).not.toContain("s3cret");
  }
});

test("a configured name is a name, also where it looks like a sentence", () => {
  const lines: string[] = [];
  const words = ownTexts();
  addNames(words, {
    akeyless: { access_ids: [] },
    items: { "{{name}}": {} },
    keys: [],
    systems: {},
  });
  const log = createRotatorLog({ level: "info", write: (line) => lines.push(line), words });
  const { log: of, redactor } = log.open("c-1");
  redactor.add("s3cret-one");
  of.info({ item: "{{name}}" }, "it said s3cret-one");
  expect(JSON.parse(lines.join(""))).toMatchObject({ item: "{{name}}", msg: "it said [redacted]" });
});

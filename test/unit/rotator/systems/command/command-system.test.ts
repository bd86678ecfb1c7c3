import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createRotatorLog } from "../../../../../rotator/observability/logger.ts";
import { systemContract } from "../../../../../rotator/testing/contract.ts";
import { alice, stepContext, systemFrom } from "../support.ts";

let directory: string;
let count = 0;
const LONG = { timeout: 10_000 };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "command-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** A system whose command is a Node script; `reply` there writes an answer. */
async function scripted(body: string, config: object = {}) {
  const file = join(directory, `command-${count++}.mjs`);
  const prelude = `#!${process.execPath}
import { readFileSync, writeFileSync } from "node:fs";
const input = readFileSync(0, "utf8");
const request = JSON.parse(input);
const reply = (answer) => console.log(JSON.stringify({ schema: "rotation-kit/command/v1", ...answer }));
`;
  await writeFile(file, prelude + body);
  await chmod(file, 0o700);
  return systemFrom({ type: "command", command: file, ...config });
}

describe("contract", () => {
  let state: string;
  /** Keeps passwords, newest first, and keys in a file, as a stand-in for an application. */
  const application = () => `
    const state = JSON.parse(readFileSync(${JSON.stringify(state)}, "utf8"));
    const { verb, credential, current, next, owner, name } = request;
    const done = (result, change) => {
      if (change) writeFileSync(${JSON.stringify(state)}, JSON.stringify({ ...state, ...change }));
      reply(result);
    };
    const is = (one) => one.username === "alice" && state.passwords.includes(one.password);
    const isKey = (one) => Object.values(state.keys).includes(one.password);
    if (verb === "probe") done({ result: is(credential) || isKey(credential) ? "valid" : "invalid" });
    else if (verb === "reconcile") {
      if (next.username !== "alice") done({ result: "refused", reason: "no_account" });
      else done({ result: "changed" }, { passwords: [next.password] });
    } else if (verb === "create_key") {
      if (state.keys[name]) done({ result: "exists" });
      else {
        const key = { username: "alice", password: "key-" + name };
        done({ result: "created", key }, { keys: { ...state.keys, [name]: key.password } });
      }
    } else if (verb === "revoke_key") {
      delete state.keys[name];
      done({ result: "revoked" }, {});
    } else if (!is(current) || (verb === "change_retaining" && state.passwords[0] !== current.password)) {
      done({ result: "refused", reason: "wrong_password" });
    } else if (next.password.length < 8) done({ result: "rejected", reason: "too_short" });
    else if (verb === "change") done({ result: "changed" }, { passwords: [next.password] });
    else done({ result: "changed" }, { passwords: [next.password, current.password] });`;

  const features = [
    "passwords",
    "compares-current",
    "policy",
    "reconcile",
    "retaining",
    "keys",
  ] as const;
  const checks = systemContract(features, async () => {
    state = join(directory, `state-${count++}.json`);
    await writeFile(state, JSON.stringify({ passwords: ["first-password"], keys: {} }));
    const verbs = ["reconcile", "change_retaining", "keys"];
    return {
      system: await scripted(application(), { verbs }),
      current: alice("first-password"),
      freshPassword: () => `fresh "p\n$(id)" ${count++}`,
      weakPassword: "tiny!",
    };
  });
  for (const { name, run } of checks) test(name, run);
});

test("each verb is one document in and one document out", async () => {
  const seen = join(directory, "seen.jsonl");
  const system = await scripted(
    `writeFileSync(${JSON.stringify(seen)}, input + "\\n", { flag: "a" });
     const answers = {
       probe: { result: "valid" }, change: { result: "changed" }, change_retaining: { result: "changed" },
       reconcile: { result: "refused", reason: "no_such_user" },
       create_key: { result: "created", key: { username: "id-7", password: "k" } },
       revoke_key: { result: "revoked" } };
     reply(answers[request.verb]);`,
    { verbs: ["reconcile", "change_retaining", "keys"] },
  );
  const context = stepContext();
  expect(await system.probe(alice("a"), context)).toEqual({ result: "valid" });
  expect(await system.change(alice("a"), alice("b"), context)).toEqual({ result: "changed" });
  expect(await system.changeRetaining?.(alice("a"), alice("b"), context)).toEqual({
    result: "changed",
  });
  expect(await system.reconcile?.(alice("b"), context)).toEqual({
    result: "refused",
    reason: "no_such_user",
  });
  expect(await system.keys?.create(alice("a"), "kit-1", context)).toEqual({
    result: "created",
    key: { username: "id-7", password: "k" },
  });
  expect(await system.keys?.revoke(alice("a"), "kit-1", context)).toEqual({ result: "revoked" });
});

test.each([
  ["probe", { result: "unknown", reason: "locked", account: "locked" }],
  ["probe", { result: "valid", account: "must_change" }],
  ["probe", { result: "unknown", reason: "no_connection", sent: false }],
  ["change", { result: "refused", reason: "forbidden", authority: "admin" }],
  ["change", { result: "refused", reason: "no_connection", sent: false }],
] as const)("%s may say %j", async (verb, answer) => {
  const system = await scripted(`reply(${JSON.stringify(answer)});`);
  const ended =
    verb === "probe"
      ? await system.probe(alice("First-password-1"), stepContext())
      : await system.change(alice("First-password-1"), alice("Next-password-1"), stepContext());
  expect(ended).toEqual(answer);
});

test("an account's state that nobody knows makes the answer worth nothing", async () => {
  const system = await scripted(`reply({ result: "unknown", reason: "x", account: "asleep" });`);
  expect(await system.probe(alice("First-password-1"), stepContext())).toEqual({
    result: "unknown",
    reason: "command_answer_invalid",
  });
});

test("the command sees only the configured environment, and secrets only on its input", async () => {
  const secret = join(directory, "admin-password");
  await writeFile(secret, "s3cret\n");
  vi.stubEnv("ROTATOR_PRIVATE", "must not travel");
  const out = join(directory, "environment.json");
  const system = await scripted(
    `writeFileSync(${JSON.stringify(out)}, JSON.stringify({ env: process.env, argv: process.argv }));
     reply({ result: request.secrets.admin === "s3cret" ? "valid" : "invalid" });`,
    { environment: { REGION: "eu" }, secret_files: { admin: secret }, arguments: ["--strict"] },
  );
  expect(await system.probe(alice("pass-of-alice"), stepContext())).toEqual({ result: "valid" });
  const { env, argv } = JSON.parse(await readFile(out, "utf8"));
  expect(Object.keys(env).sort()).toEqual(["LANG", "PATH", "REGION"]);
  expect(argv.slice(2)).toEqual(["--strict"]);
  expect(JSON.stringify([env, argv])).not.toMatch(/pass-of-alice|s3cret/);
});

test.each([
  ["exits with an error", `process.exit(3);`, "command_failed"],
  ["answers no JSON", `console.log("all good");`, "command_answer_invalid"],
  [
    "answers another version",
    `console.log('{"schema":"v0","result":"valid"}');`,
    "command_answer_invalid",
  ],
  ["answers an unknown result", `reply({ result: "fine" });`, "command_answer_invalid"],
  ["is killed", `process.kill(process.pid, "SIGKILL");`, "command_killed_by_signal"],
  ["writes too much", `console.log("x".repeat(100_000));`, "command_output_too_large"],
  [
    "hides a secret in a reason",
    `reply({ result: "unknown", reason: request.credential?.password ?? request.next.password });`,
    "command_answer_invalid",
  ],
])("a command that %s proves nothing", async (_, body, reason) => {
  const system = await scripted(body);
  const secret = alice("hunter_two");
  expect(await system.probe(secret, stepContext())).toEqual({ result: "unknown", reason });
  expect(await system.change(secret, secret, stepContext())).toEqual({
    result: "ambiguous",
    reason,
  });
});

test("a failed command is a warning with its exit code, and with its own words where that is wanted", async () => {
  const lines: { level: string; msg: string; code?: number; errors?: string }[] = [];
  const { log } = createRotatorLog({
    level: "info",
    write: (line) => lines.push(JSON.parse(line)),
  });
  const admin = join(directory, "admin");
  await writeFile(admin, "adm1n-s3cret\n");
  const body = `
    console.error("login of", request.credential.password, "as", request.secrets.admin, "failed");
    console.error("x".repeat(3_000));
    process.exit(3);`;
  for (const log_errors of [false, true]) {
    const system = await scripted(body, { log_errors, secret_files: { admin } });
    await system.probe(alice("hunter_two"), { ...stepContext(), log });
  }
  expect(lines).toMatchObject([
    { level: "warn", msg: "command failed", verb: "probe", code: 3 },
    { level: "warn", msg: "command failed", verb: "probe", code: 3 },
  ]);
  expect(lines[0]).not.toHaveProperty("errors");
  expect(lines[1]?.errors).toMatch(/^login of \[redacted\] as \[redacted\] failed\nx+$/);
  expect(lines[1]?.errors).toHaveLength(2_048);
});

test("no part of a long secret is logged, whatever its name is and wherever the output was cut", async () => {
  const lines: string[] = [];
  const { log } = createRotatorLog({ level: "info", write: (line) => lines.push(line) });
  const name = join(directory, "long-secret");
  const secret = Array.from({ length: 300 }, (_, n) => `part-${n}-of-it`).join("/");
  await writeFile(name, secret);
  const trace = `console.error((request.secrets.name + " ").repeat(4)); process.exit(1);`;
  const system = await scripted(trace, { log_errors: true, secret_files: { name } });
  await system.probe(alice("x"), { ...stepContext(), log });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/part-\d/);
});

test.each([
  2, 50, 170, 400,
])("no secret is logged in part where it is cut off (%i characters)", async (length) => {
  const lines: string[] = [];
  const { log } = createRotatorLog({ level: "info", write: (line) => lines.push(line) });
  const file = join(directory, `secret-${length}`);
  const secret = Array.from({ length }, (_, n) => `p${n}!`).join("");
  await writeFile(file, secret);
  const trace = `console.error((request.secrets.admin + " ").repeat(9_000)); process.exit(1);`;
  const system = await scripted(trace, { log_errors: true, secret_files: { admin: file } });
  await system.probe(alice("x"), { ...stepContext(), log });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/p\d+!/);
});

test.each([
  ["all good", "it is not a JSON document"],
  ['{"schema":"rotation-kit/command/v1","result":"ok"}', "result must be"],
  ['{"result":"valid"}', "schema is required"],
])("the log says what is wrong with the answer %s", async (output, why) => {
  const lines: { why?: string; reason?: string }[] = [];
  const { log } = createRotatorLog({ level: "info", write: (l) => lines.push(JSON.parse(l)) });
  const system = await scripted(`console.log(${JSON.stringify(output)});`);
  await system.probe(alice("x"), { ...stepContext(), log });
  expect(lines).toMatchObject([
    { reason: "command_answer_invalid", why: expect.stringContaining(why) },
  ]);
});

test("an aborted step kills the command and its children", async () => {
  const pids = join(directory, "pids");
  const system = await scripted(
    `const { spawn } = await import("node:child_process");
     const child = spawn("sleep", ["600"], { stdio: "inherit" });
     writeFileSync(${JSON.stringify(pids)}, String(child.pid));
     setInterval(() => {}, 1000);`,
  );
  const step = new AbortController();
  const probe = system.probe(alice("a"), stepContext(step.signal));
  await expect.poll(() => readFile(pids, "utf8").catch(() => ""), LONG).not.toBe("");
  step.abort();
  expect(await probe).toEqual({ result: "unknown", reason: "command_timeout" });
  const pid = Number(await readFile(pids, "utf8"));
  await expect.poll(() => isRunning(pid), LONG).toBe(false);
});

test("what a command leaves running does not delay its answer, and is ended", async () => {
  const pids = join(directory, "left");
  const system = await scripted(
    `const { spawn } = await import("node:child_process");
     const child = spawn("sleep", ["600"], { stdio: "inherit" });
     writeFileSync(${JSON.stringify(pids)}, String(child.pid));
     reply({ result: "valid" });
     process.exit(0);`,
  );
  expect(await system.probe(alice("a"), stepContext())).toEqual({ result: "valid" });
  const pid = Number(await readFile(pids, "utf8"));
  await expect.poll(() => isRunning(pid), LONG).toBe(false);
});

test("a command that takes longer than its time limit is ended", async () => {
  const system = await scripted(`setInterval(() => {}, 1000);`, { timeout_ms: 200 });
  expect(await system.change(alice("a"), alice("b"), stepContext())).toEqual({
    result: "ambiguous",
    reason: "command_timeout",
  });
});

test("a command that everybody may change is refused at start", async () => {
  const file = join(directory, "open");
  await writeFile(file, "");
  await chmod(file, 0o777);
  await expect(systemFrom({ type: "command", command: file })).rejects.toThrow(
    "command may be changed by every user of the machine",
  );
});

test(
  "a process that leaves the command's group holds nothing up beyond the time limit",
  LONG,
  async () => {
    const pid = join(directory, "outside.pid");
    const system = await scripted(
      `const { spawn } = await import("node:child_process");
     const outside = spawn("sleep", ["30"], { detached: true, stdio: "inherit" });
     writeFileSync(${JSON.stringify(pid)}, String(outside.pid));
     reply({ result: "valid" });
     process.exit(0);`,
      { timeout_ms: 1_500 },
    );
    onTestFinished(async () => {
      process.kill(Number(await readFile(pid, "utf8")), "SIGKILL");
    });
    const unknown = { result: "unknown", reason: "command_timeout" };
    expect(await system.probe(alice("a"), stepContext())).toEqual(unknown);
  },
);

test("processes of another user, which cannot be killed, do not end the rotator", async () => {
  const kill = vi.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  });
  onTestFinished(() => kill.mockRestore());
  const system = await scripted(`reply({ result: "valid" });`);
  expect(await system.probe(alice("a"), stepContext())).toEqual({ result: "valid" });
  expect(kill).toHaveBeenCalled();
});

test("what a command needs is looked for at start", async () => {
  const empty = join(directory, "empty");
  await writeFile(empty, "\n");
  const command = process.execPath;
  const refused = (config: object) =>
    systemFrom({ type: "command", command, ...config }).then(
      () => "",
      ({ message }: Error) => message,
    );
  expect(await refused({ command: directory })).toMatch(/^systems\.test: command is not a file: /);
  expect(await refused({ working_directory: "/nowhere" })).toBe(
    "systems.test: working_directory is not a folder: /nowhere.",
  );
  expect(await refused({ secret_files: { admin: empty } })).toBe(
    "The file of secret_files.admin is empty.",
  );
});

test("a command that cannot be executed is refused at start", async () => {
  await expect(systemFrom({ type: "command", command: "/does/not/exist" })).rejects.toThrow(
    "systems.test: command cannot be executed (ENOENT: no such file; is the path meant from another folder?): /does/not/exist.",
  );
});

test.each([
  ["#!/opt/nothing/python3", 'names the interpreter "/opt/nothing/python3"'],
  ["#! /usr/bin/env no-such-shell", 'names the interpreter "no-such-shell"'],
  ["#!/usr/bin/env -S no-such-shell -e", 'names the interpreter "no-such-shell"'],
  ["#!/bin/sh\r", "Its lines end as on Windows."],
])("a command whose interpreter is not there is refused at start: %s", async (line, sentence) => {
  const command = join(directory, `script-${count++}`);
  await writeFile(command, `${line}\nexit 0\n`, { mode: 0o700 });
  await expect(systemFrom({ type: "command", command })).rejects.toThrow(sentence);
});

test.each([
  "#!/bin/sh",
  "#! /bin/sh -eu",
  "#!/usr/bin/env sh",
  "no first line",
])("a command that begins with %s is taken", async (line) => {
  const command = join(directory, `script-${count++}`);
  await writeFile(command, `${line}\nexit 0\n`, { mode: 0o700 });
  await expect(systemFrom({ type: "command", command })).resolves.toBeDefined();
});

/** A killed child whose parent has not reaped it yet is a zombie: it runs no more. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return status !== undefined && !/\) [ZX] /.test(status);
}

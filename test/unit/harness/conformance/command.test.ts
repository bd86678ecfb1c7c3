import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { collectingIo } from "../../../harness/collecting-io.ts";
import { conformanceCommand } from "../../../harness/commands/conformance/conformance-command.ts";
import { loginOracle } from "../../../harness/commands/oracles.ts";
import { freePort } from "../../../harness/free-port.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import { type Habits, naiveRotator } from "./naive-rotator.ts";

/** Runs the command against a naive rotator, whose validator the command itself is. */
async function run(habits: Habits & { hangs?: true }, ...more: readonly string[]) {
  const port = String(await freePort());
  const passwords = new Map([["app", "First-Pa55word-of-People"]]);
  const validator = `http://127.0.0.1:${port}/validate-producer-credentials`;
  const rotator = naiveRotator(passwords, validator, habits);
  const tokens: string[] = [];
  const server = await listenOnLoopback((request, response) => {
    tokens.push(String(request.headers.akeylesscreds));
    if (!habits.hangs) rotator(request, response);
  });
  const directory = mkdtempSync(join(tmpdir(), "conformance-"));
  onTestFinished(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });
  const payload = join(directory, "payload.json");
  writeFileSync(payload, '{"username":"app","password":"First-Pa55word-of-People"}\n');
  const { io, said } = collectingIo();
  said.code = -1;
  await conformanceCommand(io).parseAsync(
    ["--url", server.url, "--port", port, "--tls-port", "0", "--payload", `@${payload}`].concat(
      more,
    ),
    { from: "user" },
  );
  return { ...said, tokens };
}

test("ends with 0 and a score, asking the login command about each payload", async () => {
  const { out, code } = await run({}, "--json", "--profile", "recovery", "--login", "exit 0");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    schema: "rotation-kit/conformance/v1",
    ok: true,
    score: { recovery: { passed: 6, of: 6 } },
  });
});

test("ends with 2 for a failure, and writes it for a CI system", async () => {
  const { out, code } = await run({ answersGet: true }, "--junit", "--profile", "contract");
  expect(code).toBe(2);
  expect(out).toContain('<testsuite name="rotator conformance" tests="9" failures="1"');
  expect(out).toContain('<failure message="GET was answered with 200">');
});

test("writes tables, and for people what was sent and how to repair it", async () => {
  const table = await run({ answersGet: true }, "--markdown", "--profile", "contract");
  expect(table.out).toContain("| C5 | answers POST only | failed | GET was answered with 200 |");
  const text = await run({ answersGet: true }, "--profile", "contract");
  expect(text.out).toMatch(/FAILED {3}C5 .*\n.*detail: GET was.*\n.*sent: curl -X GET/);
  expect(text.out).toContain("repair: Refuse other methods with 405.");
});

test("waits as long as it is told to", async () => {
  const { out, code } = await run(
    { hangs: true },
    "--json",
    "--profile",
    "contract",
    "--wait",
    "0.1",
  );
  expect(code).toBe(2);
  expect(JSON.parse(out).cases[0]).toMatchObject({
    id: "C1",
    result: "failed",
    detail: "no answer in time in place of 200",
    received: "0 no answer in time",
  });
  expect(JSON.parse(out).cases.at(-1)).toMatchObject({
    id: "C8",
    result: "failed",
    sent: expect.stringContaining("curl -X POST"),
    received: "0 no answer in time",
    repair: expect.stringContaining("Bound every step"),
  });
});

test("sends the same tokens for the same seed, but for their time", async () => {
  const idsOf = async (seed: string) => {
    const { tokens } = await run({}, "--profile", "contract", "--seed", seed);
    return tokens.map((token) => decodeJwt(token).jti);
  };
  const first = await idsOf("one");
  expect(first.length).toBeGreaterThan(5);
  expect(await idsOf("one")).toEqual(first);
  expect(await idsOf("two")).not.toEqual(first);
});

test("says of a relay's port that is taken which option it is", async () => {
  const taken = await listenOnLoopback(() => {});
  onTestFinished(() => taken.stop());
  const { port } = new URL(taken.url);
  await expect(run({}, "--relay", `${port}=127.0.0.1:9`)).rejects.toThrow("--relay");
});

test("a login command that says neither yes nor no ends the test", async () => {
  await expect(run({}, "--profile", "recovery", "--login", "exit 3")).rejects.toThrow(
    "--login gave no usable answer: 3",
  );
});

test("a system of a rotator.yaml can say whether a payload opens the account", async () => {
  const directory = mkdtempSync(join(tmpdir(), "login-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "rotator.yaml");
  writeFileSync(file, "systems: { app: { type: module, path: ./system.mjs } }\n");
  writeFileSync(
    join(directory, "system.mjs"),
    `export const createSystem = () => ({
      probe: async ({ password }) => ({ result: { good: "valid", bad: "invalid" }[password] ?? "unknown", reason: "busy" }),
      change: async () => ({ result: "changed" }),
    });`,
  );
  const ask = (password: string) =>
    loginOracle(
      { loginRecipe: file },
      {},
    )?.(JSON.stringify({ system: "app", username: "u", password }));
  expect(await ask("good")).toBe(true);
  expect(await ask("bad")).toBe(false);
  await expect(ask("other")).rejects.toThrow("--login-recipe gave no usable answer: busy");
});

import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROTATOR_DOCUMENTS } from "../../rotator/process/documents.ts";
import { runCommand } from "../harness/processes.ts";
import { setRotatorStage } from "../harness/rotator-stage.ts";
import { KIT_COMMAND } from "./kit-command.ts";

const DOCUMENT = ROTATOR_DOCUMENTS["serve-check"].strict();

async function runServe(...args: string[]) {
  const [program = "", ...command] = [...KIT_COMMAND, "serve", ...args];
  return runCommand(program, command, { env: { PATH: process.env.PATH ?? "" } });
}

test("serve --check --probe tells what takes effect and what can be reached, without logging in", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const file = await stage.writeConfig();
  const good = await runServe("--config", file, "--check", "--probe", "--json");
  expect(good.code).toBe(0);
  const told = DOCUMENT.parse(JSON.parse(good.stdout));
  expect(told).toMatchObject({
    ok: true,
    configuration: { listen: { path: "/rotate" }, limits: { rotation_ms: 35_000 } },
  });
  expect(told.reached?.map(({ result }) => result)).toEqual(["reached", "reached"]);
  expect(stage.app.events.all()).toEqual([]);
  await stage.proxy.stop();
  const bad = await runServe("--config", file, "--check", "--probe");
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain("system reporting-app: unreachable");
  expect(bad.stderr).toContain("ECONNREFUSED");
});

test("serve --check names everything that is wrong, also as JSON", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const broken = await stage.writeConfig({ keys: [] });
  const told = await runServe("--config", broken, "--check", "--json");
  expect(told).toMatchObject({ code: 1, stderr: "" });
  expect(DOCUMENT.parse(JSON.parse(told.stdout))).toMatchObject({
    ok: false,
    error: { code: "config_invalid" },
    problems: [{ where: "keys (ROTATOR_KEYS)", message: "must have at least 1 entry" }],
  });
  const lock = { type: "postgres", host: "db", username: "l", password_env: "NOT_SET" };
  const systems = { "reporting-app": { type: "command", command: "/nowhere" } };
  const file = await stage.writeConfig({ shared_lock: lock, systems });
  const { code, stdout, stderr } = await runServe("--config", file, "--check");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/systems\.reporting-app: command cannot be executed/);
  expect(stderr).toMatch(
    /shared_lock: The environment variable that password_env names is not set/,
  );
});

test("--probe and --json without --check do not start a rotator by mistake", async () => {
  const { code, stdout, stderr } = await runServe("--config", "absent.yaml", "--probe");
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: "error: --probe and --json need --check\n",
  });
});

test("a start that fails ends the process, whatever a module has begun", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const module = join(dirname(await stage.writeConfig()), "busy.mjs");
  const verbs = 'async probe() { return { result: "valid" }; }, async change() {}';
  await writeFile(
    module,
    `export const createSystem = () => { setInterval(() => {}, 1000); return { ${verbs} }; };`,
  );
  const systems = { "reporting-app": { type: "module", path: module } };
  const lock = { type: "postgres", host: "db", username: "l", password_env: "NOT_SET" };
  const failing = await stage.writeConfig({ systems, shared_lock: lock });
  expect(await runServe("--config", failing)).toMatchObject({ code: 1 });
  const sound = await stage.writeConfig({ systems });
  expect(await runServe("--config", sound, "--check")).toMatchObject({ code: 0 });
});

test("a taken port is one sentence with the remedy, exit code 1, no stack", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  const stage = await setRotatorStage();
  onTestFinished(async () => {
    taken.close();
    await stage.stop();
  });
  const tls = { cert_file: "cert.pem", key_file: "key.pem" };
  const file = await stage.writeConfig({ listen: { host: "127.0.0.1", port, tls } });
  const { code, stderr } = await runServe("--config", file);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `port_taken: Port ${port} of 127.0.0.1 is taken (listen.port). Stop what listens there, or change that setting.\n`,
  );
});

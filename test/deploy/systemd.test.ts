import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { rotatorConfigSchema } from "../../rotator/config/schema.ts";
import { startRotatorCommand } from "../harness/rotator-process.ts";
import { setRotatorStage } from "../harness/rotator-stage.ts";
import { ROOT, run, tool } from "./tools.ts";

const UNIT = "deploy/systemd/rotator.service";
const unit = readFileSync(`${ROOT}${UNIT}`, "utf8");
const setting = (name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value]) => value);

test("the unit is exposed by at most 2.5", async () => {
  const report = await run("systemd-analyze", ["security", "--offline=true", UNIT]);
  const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(report)?.[1];
  expect(Number(exposure)).toBeGreaterThan(0);
  expect(Number(exposure)).toBeLessThanOrEqual(2.5);
});

test("systemd takes the unit", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const file = join(stage.directory, "rotator.service");
  await writeFile(file, unit.replaceAll("/usr/bin/node", process.execPath));
  const verified = await run("bash", ["-c", 'systemd-analyze verify --man=no "$0" 2>&1', file]);
  // systemd reads other units of the machine too, and has words for some of them.
  const ours = verified.split("\n").filter((line) => !/^(?!rotator)[\w@.-]+\.\w+: /.test(line));
  expect(ours.join("\n")).toBe("");
});

test("the rotator and a hook script do with the system calls that the unit lets through", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const environment = {
    API_URL: stage.app.url,
    CURL_CA_BUNDLE: join(stage.directory, "ca.pem"),
  };
  const command = `${ROOT}docs/examples/reporting-hook.sh`;
  const file = await stage.writeConfig({
    systems: { "reporting-app": { type: "command", command, environment } },
  });
  const filtered = [tool.python, "test/deploy/filtered.py", UNIT];
  const rotator = [process.execPath, "--import=tsx", "rotator/cli.ts", "--config", file];
  const started = await startRotatorCommand([...filtered, ...rotator]);
  onTestFinished(async () => void (await started.end("SIGKILL")));
  await stage.declare(started.url);
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  expect(await started.end("SIGTERM")).toBe(0);
});

test("systemd waits longer for the end than a rotator with default limits takes", () => {
  const shutdown = rotatorConfigSchema.shape.shutdown.parse({});
  expect(Number(setting("TimeoutStopSec")[0]) * 1000).toBeGreaterThan(shutdown.grace_ms);
});

test("secrets reach the process as credentials of the service", () => {
  expect(setting("LoadCredential").map((credential) => credential?.split(":")[0])).toEqual([
    "rotator-key",
    "tls.crt",
    "tls.key",
  ]);
});

test("the service and the image give Node.js the same heap", () => {
  const dockerfile = readFileSync(`${ROOT}deploy/Dockerfile`, "utf8");
  const [, options] = /NODE_OPTIONS="(.+)"/.exec(dockerfile) ?? [];
  expect(options).toContain("--max-old-space-size=");
  expect(setting("Environment")).toContain(`"NODE_OPTIONS=${options}"`);
});

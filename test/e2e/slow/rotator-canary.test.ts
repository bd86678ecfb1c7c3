import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../../../rotator/config/load.ts";
import { createRotatorLog } from "../../../rotator/observability/logger.ts";
import { startService } from "../../../rotator/process/start.ts";
import type { System } from "../../../rotator/systems/system.ts";
import { FIRST_PASSWORD, ITEM, setRotatorStage, USERNAME } from "../../harness/rotator-stage.ts";

/** The forms in which a secret could hide in a text; written apart from the redactor's own list. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    // As a part of Basic credentials.
    Buffer.from(`${USERNAME}:${secret}`).toString("base64").slice(-12, -4),
  ];
}

/** A rotator in this process, which writes down everything that leaves it. */
async function record() {
  const stage = await setRotatorStage();
  const written: string[] = [];
  const log = createRotatorLog({
    level: "debug",
    write: (line) => written.push(line),
  });
  const file = await stage.writeConfig({ limits: { rate_per_minute: 10_000 } });
  const rotator = await startService(loadConfig({ file, env: {} }), { log });
  onTestFinished(async () => {
    await rotator.stop();
    await stage.stop();
  });
  const post = async (body: string) => {
    const token = await stage.gateway.issueCredentials(ITEM);
    secrets.add(token);
    const answer = await fetchOverTls(rotator.url, stage.authority, token, body);
    written.push(answer);
  };
  const secrets = new Set<string>([FIRST_PASSWORD]);
  return { stage, rotator, written, secrets, post };
}

async function fetchOverTls(url: string, ca: string, token: string, body: string): Promise<string> {
  const { Agent, fetch } = await import("undici");
  const dispatcher = new Agent({ connect: { ca } });
  const target = url.replace("127.0.0.1", "localhost");
  const headers = { akeylesscreds: token, "content-type": "application/json" };
  const response = await fetch(target, { method: "POST", headers, body, dispatcher });
  const text = await response.text();
  await dispatcher.close();
  return text;
}

test("no secret reaches a log, an error or a metric, whatever goes wrong", async () => {
  const { stage, rotator, written, secrets, post } = await record();
  await stage.declare(rotator.url.replace("127.0.0.1", "localhost"));
  const remember = async () => secrets.add(String((await stage.stored()).current_password));

  const { app, gateway } = stage;
  const failures: (() => void)[] = [
    () => app.faults.inject("error-before", { at: "login" }),
    () => app.faults.inject("reset-before", { at: "login" }),
    () => app.faults.inject("locked", { at: "login" }),
    () => app.faults.inject("error-before", { at: "change" }),
    () => app.faults.inject("error-after", { at: "change" }),
    () => app.faults.inject("reset-after", { at: "change" }),
    () => app.faults.inject("reject-policy", { at: "change", times: 3 }),
    () => app.faults.inject("reject-reuse", { at: "change" }),
    () => app.faults.inject("read-only", { at: "change" }),
    () => gateway.faults.inject("error-before", { at: "validation" }),
    () => gateway.faults.inject("wrong-access-id", { at: "validation" }),
    () => gateway.faults.inject("huge-body", { at: "validation" }),
    () => gateway.faults.inject("reset-after", { at: "rotation" }),
    () => gateway.faults.inject("replay", { at: "rotation" }),
  ];
  for (const fail of failures) {
    fail();
    written.push((await stage.rotate()).error);
    await remember();
    app.faults.clear();
    gateway.faults.clear();
    await stage.rotate();
    await remember();
  }

  const canary = 'c4nary "with\\ quotes/+&% and ünïcode';
  secrets.add(canary);
  const base = { system: "reporting-app", username: USERNAME, current_password: canary };
  await post(`{"payload": ${canary}`);
  await post(JSON.stringify({ payload: `{"system": "x", ${canary}` }));
  await post(JSON.stringify({ payload: JSON.stringify({ ...base, system: canary }) }));
  await post(JSON.stringify({ payload: JSON.stringify({ ...base, username: canary }) }));
  await post(JSON.stringify({ payload: JSON.stringify({ ...base, policy: { length: canary } }) }));
  await post(JSON.stringify({ payload: JSON.stringify({ ...base, _rotation: { v: canary } }) }));
  await post(JSON.stringify({ payload: JSON.stringify({ ...base, password: `${canary}2` }) }));
  await post(JSON.stringify({ payload: JSON.stringify(base) }));
  await post(canary);

  written.push(await (await fetch(`${rotator.metricsUrl}/metrics`)).text());
  const everything = written.join("\n");
  expect(secrets.size).toBeGreaterThan(10);
  for (const secret of secrets) {
    for (const form of formsOf(secret)) expect(everything).not.toContain(form);
  }
  // The run is worth something only if the failures were told at all.
  for (const code of [
    "system_unavailable",
    "policy_rejected",
    "validator_unavailable",
    "out_of_sync",
  ])
    expect(everything).toContain(code);
});

test("a system that puts the password into its errors does not get it into the log", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const written: string[] = [];
  const log = createRotatorLog({
    level: "debug",
    write: (line) => written.push(line),
  });
  const system: System = {
    probe: async ({ username, password }, context) => {
      const basic = Buffer.from(`${username}:${password}`).toString("base64");
      context.log.debug({ password, basic }, `probing with ${password}`);
      throw Object.assign(new Error(`login of ${password} failed`), {
        request: { url: `https://x/?p=${encodeURIComponent(password)}` },
        cause: new Error(`hex ${Buffer.from(password).toString("hex")}`),
      });
    },
    change: async () => ({ result: "refused", reason: "never" }),
  };
  const file = await stage.writeConfig();
  const rotator = await startService(loadConfig({ file, env: {} }), {
    log,
    systems: new Map([["reporting-app", { system }]]),
  });
  onTestFinished(async () => {
    await rotator.stop();
  });
  await stage.declare(rotator.url.replace("127.0.0.1", "localhost"));
  written.push((await stage.rotate()).error);
  const everything = written.join("\n");
  expect(everything).toContain("[redacted]");
  for (const form of formsOf(FIRST_PASSWORD)) expect(everything).not.toContain(form);
});

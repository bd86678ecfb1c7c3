import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { Agent, get, request } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { undocumentedMetrics } from "../harness/documented-metrics.ts";
import { type RotatorProcess, startRotatorProcess } from "../harness/rotator-process.ts";
import {
  type ConfigChanges,
  FIRST_PASSWORD,
  ITEM,
  type RotatorStage,
  setRotatorStage,
  USERNAME,
} from "../harness/rotator-stage.ts";

interface Serving {
  readonly stage: RotatorStage;
  readonly rotator: RotatorProcess;
}

async function serve(changes?: ConfigChanges): Promise<Serving> {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const rotator = await stage.startRotator(changes);
  onTestFinished(async () => {
    await rotator.end("SIGKILL");
  });
  await stage.declare(rotator.url);
  return { stage, rotator };
}

/** Posts to the rotator itself, past the gateway. */
function post({ stage, rotator }: Serving, headers: Record<string, string>, payload: unknown) {
  return new Promise<{ status: number; code: string; text: string }>((resolve, reject) => {
    request(
      rotator.url,
      { method: "POST", ca: stage.authority, agent: false, headers },
      async (response) => {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        const { code } = JSON.parse(text) as { code: string };
        resolve({ status: response.statusCode ?? 0, code, text });
      },
    )
      .on("error", reject)
      .end(JSON.stringify({ payload: JSON.stringify(payload) }));
  });
}

async function expectStoredOpens({ stage }: Serving): Promise<void> {
  const { current_password: password } = await stage.stored();
  expect(await stage.app.accepts(USERNAME, String(password))).toBe(true);
}

test("where a system has check_old_password, the old one is tried, and one that works is told", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const app = { type: "http", recipe: "reporting-app", origin: stage.proxy.url, ca_file: "ca.pem" };
  const systems = { "reporting-app": { ...app, check_old_password: true } };
  const rotator = await stage.startRotator({ systems });
  onTestFinished(async () => {
    await rotator.end("SIGKILL");
  });
  await stage.declare(rotator.url);
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  await rotator.waitFor("old password refused");
  stage.app.faults.inject("overlap", { milliseconds: 60_000 });
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  await rotator.waitFor("the old password still works");
  const metrics = await (await fetch(`${rotator.metricsUrl}/metrics`)).text();
  expect(metrics).toContain(
    'rotator_old_password_accepted_total{system="reporting-app",strategy="single"} 1',
  );
});

test("a rotation over HTTPS changes the password and is told step by step in the log", async () => {
  const serving = await serve();
  const { stage, rotator } = serving;
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  const { current_password: password } = await stage.stored();
  expect(password).not.toBe(FIRST_PASSWORD);
  await expectStoredOpens(serving);
  expect(await stage.app.accepts(USERNAME, FIRST_PASSWORD)).toBe(false);
  await rotator.waitFor("answer returned");
  const told = rotator.lines.map(({ msg }) => msg);
  const proof = ["credentials validated", "password changed", "answer returned"];
  expect(told.filter((message) => proof.includes(message))).toEqual(proof);
  for (const secret of [String(password), FIRST_PASSWORD]) {
    expect(rotator.text()).not.toContain(secret);
  }
  const metrics = await (await fetch(`${rotator.metricsUrl}/metrics`)).text();
  expect(metrics).toContain(
    'rotator_rotations_total{system="reporting-app",strategy="single",outcome="rotated"} 1',
  );
  expect(metrics).toMatch(/rotator_last_success_timestamp_seconds\{.*\} \d+/);
  expect(undocumentedMetrics(metrics)).toEqual([]);
  expect(await rotator.end("SIGTERM")).toBe(0);
});

test("who is not the gateway, or not about this item, gets a code and reaches nothing", async () => {
  const serving = await serve();
  const { stage } = serving;
  const payload = { system: "reporting-app", username: USERNAME, password: FIRST_PASSWORD };
  const credentials = (item = ITEM, overrides = {}) =>
    stage.gateway.issueCredentials(item, overrides);
  const genuine = await credentials();
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${genuine.split(".")[1]}.`;
  const cases: [string | undefined, unknown, number, string][] = [
    [undefined, payload, 401, "credentials_missing"],
    ["not a token", payload, 401, "credentials_malformed"],
    [unsigned, payload, 401, "credentials_malformed"],
    [`${genuine}x`, payload, 401, "credentials_rejected"],
    [await credentials(ITEM, { expiresIn: -60 }), payload, 401, "credentials_expired"],
    [await credentials(ITEM, { accessId: "p-foreign" }), payload, 401, "credentials_rejected"],
    [await credentials("/prod/other"), payload, 403, "item_not_allowed"],
    [genuine, { ...payload, username: "admin" }, 403, "binding_refused"],
    [genuine, { ...payload, system: "other" }, 403, "binding_refused"],
    [genuine, "no object", 400, "payload_invalid"],
  ];
  for (const [token, body, status, code] of cases) {
    const headers: Record<string, string> = token === undefined ? {} : { AkeylessCreds: token };
    expect(await post(serving, headers, body)).toMatchObject({ status, code });
  }
  expect(stage.proxy.count()).toBe(0);
});

test("a validator in trouble leads to 503, changes nothing, and the next rotation works", async () => {
  const serving = await serve();
  const { stage } = serving;
  for (const fault of ["error-before", "reset-before", "redirect", "huge-body"] as const) {
    const contacts = stage.proxy.count();
    // A failed connection is tried once more.
    stage.gateway.faults.inject(fault, { at: "validation", times: 2 });
    expect((await stage.rotate()).error, fault).toContain("validator_unavailable");
    expect(stage.proxy.count()).toBe(contacts);
    stage.gateway.faults.clear();
    expect(await stage.rotate(), fault).toMatchObject({ status: 200 });
    await expectStoredOpens(serving);
  }
});

test("a connection cut on either leg never loses the account", async () => {
  const serving = await serve({ limits: { rotation_ms: 20_000 } });
  const { stage } = serving;
  const strikes: [() => void, string][] = [
    [() => stage.app.faults.inject("reset-before", { at: "login" }), "login"],
    [() => stage.app.faults.inject("reset-before", { at: "change" }), "change, before"],
    [() => stage.app.faults.inject("reset-after", { at: "change" }), "change, after"],
    [() => stage.app.faults.inject("error-after", { at: "change" }), "change, 5xx after"],
    [() => stage.gateway.faults.inject("reset-before", { at: "rotation" }), "request lost"],
    [() => stage.gateway.faults.inject("reset-after", { at: "rotation" }), "answer lost"],
    [() => stage.gateway.faults.inject("hang-up", { at: "rotation", milliseconds: 1 }), "hang up"],
    [() => stage.gateway.faults.inject("duplicate", { at: "rotation" }), "twice"],
    [() => stage.gateway.faults.inject("replay", { at: "rotation" }), "replayed"],
  ];
  for (const [strike, name] of strikes) {
    strike();
    await stage.rotate();
    expect(await stage.rotate(), name).toEqual({ status: 200, error: "" });
    await expectStoredOpens(serving);
  }
});

describe("SIGTERM", () => {
  test.each([
    "SIGTERM",
    "SIGINT",
  ] as const)("%s finishes a rotation that has changed the password and refuses new ones", async (signal) => {
    const serving = await serve({ shutdown: { drain_ms: 0, grace_ms: 30_000 } });
    const { stage, rotator } = serving;
    const held = stage.proxy.hold(3, "after");
    const rotation = stage.rotate();
    const change = await held;
    const ended = rotator.end(signal);
    await rotator.waitFor("rotator stopping");
    expect((await fetch(`${rotator.metricsUrl}/readyz`)).status).toBe(503);
    expect((await fetch(`${rotator.metricsUrl}/livez`)).status).toBe(200);
    const token = await stage.gateway.issueCredentials(ITEM);
    expect(await post(serving, { AkeylessCreds: token }, {})).toMatchObject({
      status: 503,
      code: "stopping",
    });
    change.release();
    expect(await rotation).toEqual({ status: 200, error: "" });
    expect(await ended).toBe(0);
    await expectStoredOpens(serving);
  });

  test("ends a rotation that has changed nothing yet", async () => {
    const serving = await serve();
    const { stage, rotator } = serving;
    const held = stage.proxy.hold(1, "before");
    const rotation = stage.rotate();
    const probe = await held;
    const ended = rotator.end("SIGTERM");
    await rotator.waitFor("rotator stopping");
    probe.release();
    expect((await rotation).error).toContain("stopping");
    expect(await ended).toBe(0);
    expect(await stage.app.accepts(USERNAME, FIRST_PASSWORD)).toBe(true);
  });

  test("ends the process although nobody reads its log", async () => {
    const { stage, rotator } = await serve({ shutdown: { drain_ms: 0, grace_ms: 30_000 } });
    rotator.stopReading();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const refused = () =>
      new Promise<void>((resolve, reject) => {
        get(rotator.url, { ca: stage.authority, agent }, (response) => {
          response.resume().once("end", resolve);
        }).on("error", reject);
      });
    // Each leaves a line: more of them than the pipe takes.
    await Promise.all(Array.from({ length: 2_000 }, refused));
    agent.destroy();
    expect(await rotator.end("SIGTERM")).toBe(0);
  });

  test("cuts what outlives the grace period, and says so with its exit code", async () => {
    const { stage, rotator } = await serve({ shutdown: { grace_ms: 1_000 } });
    const held = stage.proxy.hold(3, "after");
    const rotation = stage.rotate();
    await held;
    expect(await rotator.end("SIGINT")).toBe(1);
    expect((await rotation).error).toContain("creds rotation failed");
  });
});

test("a system that does not close is left behind at the end of the grace period", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const code = `export const createSystem = () => ({
    probe: async () => ({ result: "valid" }),
    change: async () => ({ result: "changed" }),
    close: () => new Promise(() => {}),
  });`;
  await writeFile(join(stage.directory, "open.mjs"), code);
  const systems = { "reporting-app": { type: "module", path: "open.mjs" } };
  const shutdown = { drain_ms: 0, grace_ms: 1_000 };
  const rotator = await stage.startRotator({ systems, shutdown });
  expect(await rotator.end("SIGTERM")).toBe(1);
  await rotator.waitFor("rotator stopped");
  expect(rotator.lines).toContainEqual(
    expect.objectContaining({ msg: "system not closed in time", system: "reporting-app" }),
  );
});

test("an error outside of any request stops the process in order and shows no secret", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const code = `export const createSystem = () => ({
    probe: ({ password }) => {
      setImmediate(() => Promise.reject(new Error("background: " + password)));
      return new Promise((resolve) => setTimeout(resolve, 200, { result: "valid" }));
    },
    change: async () => ({ result: "changed" }),
  });`;
  await writeFile(join(stage.directory, "broken.mjs"), code);
  const rotator = await stage.startRotator({
    systems: { "reporting-app": { type: "module", path: "broken.mjs" } },
  });
  await stage.declare(rotator.url);
  await stage.rotate();
  await rotator.waitFor("rotator stopped");
  expect(await rotator.end("SIGTERM")).toBe(1);
  expect(rotator.text()).toContain("background: [redacted]");
  expect(rotator.text()).not.toContain(FIRST_PASSWORD);
});

test("what cannot even be described stops the process in order too", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const code = `export const createSystem = () => ({
    probe: async () => {
      setImmediate(() => { throw Object.create(null); });
      return new Promise((resolve) => setTimeout(resolve, 200, { result: "valid" }));
    },
    change: async () => ({ result: "changed" }),
  });`;
  await writeFile(join(stage.directory, "odd.mjs"), code);
  const systems = { "reporting-app": { type: "module", path: "odd.mjs" } };
  const rotator = await stage.startRotator({ systems });
  await stage.declare(rotator.url);
  expect((await stage.rotate()).error).toContain("stopping");
  await rotator.waitFor("rotator stopped");
  expect(await rotator.end("SIGTERM")).toBe(1);
});

test("SIGUSR1 does not open Node.js's debugger, which could read every secret", async () => {
  const { rotator } = await serve();
  process.kill(rotator.pid, "SIGUSR1");
  const alive = await fetch(new URL("/livez", rotator.metricsUrl));
  expect(alive.status).toBe(200);
  expect(await rotator.end("SIGTERM")).toBe(0);
  expect(rotator.text()).not.toContain("Debugger");
});

test("no environment variable makes the parser of requests lenient", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const env = { NODE_OPTIONS: "--insecure-http-parser" };
  const rotator = await startRotatorProcess(await stage.writeConfig(), env);
  onTestFinished(async () => {
    await rotator.end("SIGKILL");
  });
  const port = Number(new URL(rotator.url).port);
  const socket = connect({ port, host: "localhost", ca: stage.authority });
  onTestFinished(() => void socket.destroy());
  const lengths = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n";
  socket.write(`POST /rotate HTTP/1.1\r\nHost: localhost\r\n${lengths}\r\n0\r\n\r\n`);
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n/);
});

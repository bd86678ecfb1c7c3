/*
 * `npm run bench:gateway`: the emulated gateway, as JSON. Throughput is compared with a bare Express 5
 * handler that answers with the same body, in turns; the rest are the packed command's own times.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import autocannon from "autocannon";
import express from "express";
import { type Gateway, startGateway } from "../harness/gateway/index.ts";
import { listenOnLoopback } from "../harness/loopback.ts";

const DAY = 86_400_000;
const directory = mkdtempSync(join(tmpdir(), "bench-gateway-"));
try {
  const results = {
    ...(await throughput()),
    ...(await ninetyDays()),
    ...(await largeAccount()),
  };
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function post<Answer>(url: string, body: object): Promise<Answer> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

async function declare(gateway: Gateway, url: string): Promise<string> {
  const { accessId, accessKey } = gateway;
  const login = { "access-id": accessId, "access-key": accessKey };
  const { token } = await post<{ token: string }>(`${gateway.url}/auth`, login);
  await post(`${gateway.url}/target-create-web`, { token, name: "/target", url });
  await post(`${gateway.url}/rotated-secret-create-custom`, {
    token,
    name: "/item",
    "target-name": "/target",
    "custom-payload": '{"username":"app","password":"first"}',
    "auto-rotate": "true",
    "rotation-interval": "1",
  });
  return token;
}

/** Requests per second of describe-item and get-value, beside Express with the same body. */
async function throughput() {
  await using gateway = await startGateway();
  const token = await declare(gateway, "http://127.0.0.1:9/");
  const result: Record<string, number> = {};
  for (const [name, path] of [
    ["describe", "/describe-item"],
    ["get_value", "/rotated-secret-get-value"],
  ] as const) {
    const body = { token, name: "/item" };
    const answer = await post<object>(`${gateway.url}${path}`, body);
    const app = express();
    app.use(express.json({ type: () => true }));
    app.post("/", (_request, response) => void response.json(answer));
    const bare = await listenOnLoopback(app);
    const load = async (url: string) => {
      const { requests } = await autocannon({
        url,
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
        connections: 20,
        duration: 3,
      });
      return requests.average;
    };
    await load(`${gateway.url}${path}`);
    await load(bare.url);
    result[`${name}_per_second`] = Math.round(await load(`${gateway.url}${path}`));
    result[`${name}_bare_express_per_second`] = Math.round(await load(bare.url));
    await bare.stop();
  }
  return result;
}

/** Ninety days of a thousand items that rotate every thirty days, against a rotator that only answers. */
async function ninetyDays() {
  let requests = 0;
  const rotator = createServer((_request, response) => {
    requests += 1;
    response.end(`{"payload":"password ${requests}"}`);
  });
  await new Promise<void>((resolve) => rotator.listen(0, "127.0.0.1", resolve));
  await using gateway = await startGateway();
  await declare(gateway, `http://127.0.0.1:${(rotator.address() as AddressInfo).port}/`);
  const state = gateway.exportState();
  const schedule = { autoRotate: true, interval: 30, eventsBefore: [] };
  const items = Array.from({ length: 1_000 }, (_, index) => ({
    ...structuredClone(state.items[0] as (typeof state.items)[number]),
    ...{ id: 5_000 + index, name: `/many/${index}`, schedule },
  }));
  gateway.importState({ ...state, items });
  const began = performance.now();
  await gateway.advance(90 * DAY);
  const seconds = (performance.now() - began) / 1000;
  rotator.close();
  rotator.closeAllConnections();
  return { ninety_days_seconds: Number(seconds.toFixed(2)), ninety_days_rotations: requests };
}

/** Start of the packed command, alone and with a file of 10,000 items × 10 versions; its memory then. */
async function largeAccount() {
  const alone = await median(3, async () => (await startCommand([])).milliseconds);
  await using gateway = await startGateway();
  await declare(gateway, "http://127.0.0.1:9/");
  const state = gateway.exportState();
  const [item] = state.items;
  const [version] = item?.versions ?? [];
  if (!item || !version) throw new Error("nothing was declared");
  const items = Array.from({ length: 10_000 }, (_, index) => ({
    ...item,
    id: 5_000 + index,
    name: `/many/${index}`,
    versions: Array.from({ length: 10 }, (_, number) => ({ ...version, version: number + 1 })),
    lastVersion: 10,
  }));
  const file = join(directory, "state");
  writeFileSync(file, `${JSON.stringify({ ...state, items })}\n`);
  const { milliseconds, megabytes } = await startCommand(["--persist", file, "--clock", "still"]);
  return {
    start_ms: Math.round(alone),
    start_with_10000_items_ms: Math.round(milliseconds),
    memory_with_10000_items_mb: Math.round(megabytes),
  };
}

async function median(times: number, measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let round = 0; round < times; round += 1) all.push(await measure());
  return all.sort((one, other) => one - other)[Math.floor(times / 2)] ?? 0;
}

async function startCommand(more: readonly string[]) {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ["dist/cli.js", "gateway", "--json", "--port", "0", "--tls-port", "0", ...more],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const milliseconds = performance.now() - began;
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  return { milliseconds, megabytes };
}

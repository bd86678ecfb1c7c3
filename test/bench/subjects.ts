import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { GatewayItems } from "./gateway-items.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The rotator as `npm run build:rotator` packs it, below a checkout. */
const ROTATOR = "dist/service/bin/rotator.mjs";
/** This checkout. */
const HERE = path("../..");

/** A server in a process of its own. */
export interface BenchSubject {
  readonly url: string;
  /** From the start of the process to its being ready, in milliseconds. */
  readonly coldStartMs: number;
  /** Most resident memory that it has had, in bytes. */
  peakMemory(): number;
  stop(): Promise<void>;
}

/** Starts one of the bare servers. */
export async function startBare(name: "bare-express" | "bare-http"): Promise<BenchSubject> {
  const { child, ready, coldStartMs } = await start([path(`subjects/${name}.mjs`)]);
  return {
    url: `http://127.0.0.1:${ready.port}/rotate`,
    coldStartMs,
    peakMemory: () => peakMemory(child),
    stop: () => stop(child),
  };
}

/** A rotator together with who confirms its callers. */
export interface RotatorSubject extends BenchSubject {
  /** What its gateway stores and sends. */
  readonly items: GatewayItems;
  /** Processor time that the process has used so far, in seconds. */
  processorSeconds(): Promise<number>;
}

/** How to start a rotator. */
export interface RotatorOptions {
  readonly items: number;
  /** What each call of the system takes, in milliseconds. */
  readonly latencyMs: number;
  readonly concurrency: number;
  /** Whether the system is one that a recipe calls over HTTP. Default: a function in memory. */
  readonly http?: boolean;
  /**
   * How long a verdict of Akeyless is believed, in milliseconds; each item then keeps its token.
   * Default: every request asks, with a token of its own.
   */
  readonly verdictCacheMs?: number;
  /** Folder of another checkout, whose packed rotator is to be measured. Default: this one. */
  readonly checkout?: string | undefined;
}

/** Starts a packed rotator with a system that says yes to everything. */
export async function startSubject(options: RotatorOptions): Promise<RotatorSubject> {
  const validator = createServer((request, response) => {
    request.resume().on("end", () => response.end('{"access_id":"p-gateway"}'));
  });
  await new Promise<void>((resolve) => validator.listen(0, "127.0.0.1", resolve));
  const { port } = validator.address() as AddressInfo;
  const directory = mkdtempSync(join(tmpdir(), "rotator-bench-"));
  writeFileSync(join(directory, "key"), randomBytes(32).toString("base64"));
  const product = options.http
    ? await start([path("subjects/grafana.mjs"), String(options.latencyMs)])
    : undefined;
  const system = product
    ? {
        type: "http",
        recipe: "grafana",
        origin: `http://127.0.0.1:${product.ready.port}`,
        allow_plain_http: true,
      }
    : {
        type: "module",
        path: path("subjects/memory-system.mjs"),
        options: { latency_ms: options.latencyMs },
        // A function in memory bears what the rotator bears; a module gets 16 at a time otherwise.
        max_concurrent: options.concurrency,
      };
  const names = Array.from({ length: options.items }, (_, index) => index);
  const config = {
    listen: { host: "127.0.0.1", port: 0 },
    metrics: { port: 0 },
    akeyless: {
      access_ids: ["p-gateway"],
      validation_url: `http://127.0.0.1:${port}/`,
      ...(options.verdictCacheMs && { verdict_cache_ms: options.verdictCacheMs }),
    },
    keys: [{ id: "k1", file: "key" }],
    items: Object.fromEntries(
      names.map((name) => [`/bench/${name}`, { system: "memory", usernames: [`user-${name}`] }]),
    ),
    systems: { memory: system },
    limits: { concurrency: options.concurrency, rate_per_minute: 100_000, connections: 4_096 },
  };
  const file = join(directory, "rotator.yaml");
  writeFileSync(file, JSON.stringify(config));
  const checkout = options.checkout ?? HERE;
  const { child, ready, coldStartMs } = await start(
    [join(checkout, ROTATOR), "--config", file],
    shippedOptions(checkout),
  );
  return {
    url: String(ready.url),
    coldStartMs,
    items: new GatewayItems({ keepsTokens: options.verdictCacheMs !== undefined }),
    peakMemory: () => peakMemory(child),
    processorSeconds: async () => {
      const text = await (await fetch(`${ready.metrics}/metrics`)).text();
      return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
    },
    stop: async () => {
      await stop(child);
      if (product) await stop(product.child);
      validator.close();
      validator.closeAllConnections();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** NODE_OPTIONS of the image that a checkout makes: what is shipped is measured. */
function shippedOptions(checkout: string): string {
  const dockerfile = readFileSync(join(checkout, "deploy/Dockerfile"), "utf8");
  return /NODE_OPTIONS="([^"]*)"/.exec(dockerfile)?.[1] ?? "";
}

/** Only Linux tells it of another process. */
function peakMemory({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/**
 * Starts a server with its output in a file, as a container runtime keeps it: reading a pipe here
 * would take the time that the load generator needs.
 */
async function start(args: readonly string[], nodeOptions = "") {
  const directory = mkdtempSync(join(tmpdir(), "rotator-bench-"));
  const output = join(directory, "output");
  const descriptor = openSync(output, "a");
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, NODE_ENV: "production", NODE_OPTIONS: nodeOptions },
    stdio: ["ignore", descriptor, "inherit"],
  });
  closeSync(descriptor);
  child.once("close", () => rmSync(directory, { recursive: true, force: true }));
  const ready = () => line.split("\n").find((one) => one.includes('"rotator ready"'));
  let line = "";
  while (ready() === undefined) {
    if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}`);
    await delay(2);
    line = readFileSync(output, "utf8");
  }
  const coldStartMs = performance.now() - begun;
  return { child, ready: JSON.parse(ready() ?? "{}") as Record<string, unknown>, coldStartMs };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

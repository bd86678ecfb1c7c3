import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../rotator/config/load.ts";
import { createRotatorLog } from "../../rotator/observability/logger.ts";
import { type RunningRotator, startService } from "../../rotator/process/start.ts";
import type { System } from "../../rotator/systems/system.ts";
import { memorySystem } from "./memory-system.ts";

/** Options of {@link startMemoryRotator}. */
export interface MemoryRotatorOptions {
  /** How many items there are: `/item/0`, `/item/1`, … with the users `user-0`, `user-1`, … */
  readonly items?: number;
  /** Sections of the configuration that replace the usual ones. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** What every call of the system waits for. */
  readonly latency?: () => Promise<void>;
  /** Takes the place of the memory. */
  readonly system?: System;
}

/** A rotator in this process whose system is a map and whose validator knows its tokens. */
export interface MemoryRotator {
  readonly rotator: RunningRotator;
  /** A token that the validator confirms for this item. */
  token(item: string): string;
  /** What opens each account. */
  readonly passwords: Map<string, string>;
  /** How often the system was called. */
  readonly contacts: () => number;
  /** Reads the same configuration again, as SIGHUP does. */
  reload(): Promise<void>;
  /** Every line of the log so far. */
  readonly log: () => string;
  stop(): Promise<void>;
}

/** Starts it on loopback without TLS. */
export async function startMemoryRotator({
  items = 1,
  changes = {},
  latency,
  system,
}: MemoryRotatorOptions = {}): Promise<MemoryRotator> {
  const genuine = new Map<string, string>();
  const validator = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const asked = JSON.parse(body) as Record<string, string>;
    const confirmed = genuine.get(asked.creds ?? "") === asked.expected_item_name;
    response.statusCode = confirmed ? 200 : 401;
    response.end(JSON.stringify(confirmed ? { access_id: asked.expected_access_id } : {}));
  });
  await new Promise<void>((resolve) => validator.listen(0, "127.0.0.1", resolve));
  const { port } = validator.address() as AddressInfo;
  const names = Array.from({ length: items }, (_, index) => index);
  const directory = await mkdtemp(join(tmpdir(), "rotator-"));
  await writeFile(join(directory, "key"), randomBytes(32).toString("base64"));
  const file = join(directory, "rotator.json");
  const config = {
    listen: { host: "127.0.0.1", port: 0 },
    metrics: { port: 0 },
    akeyless: { access_ids: ["p-gateway"], validation_url: `http://127.0.0.1:${port}/` },
    keys: [{ id: "k1", file: "key" }],
    items: Object.fromEntries(
      names.map((name) => [`/item/${name}`, { system: "memory", usernames: [`user-${name}`] }]),
    ),
    // Never contacted: the memory takes its place.
    systems: {
      memory: { type: "http", recipe: "reporting-app", origin: "https://memory.invalid" },
    },
    ...changes,
  };
  await writeFile(file, JSON.stringify(config));
  const passwords = new Map(names.map((name) => [`user-${name}`, `first password ${name}`]));
  let contacts = 0;
  const memory = contacted(memorySystem(passwords), async () => {
    contacts += 1;
    await latency?.();
  });
  let lines = "";
  const log = createRotatorLog({
    level: "debug",
    write: (line) => {
      lines += line;
    },
  });
  const load = () => loadConfig({ file, env: {} });
  const rotator = await startService(load(), {
    systems: new Map([["memory", { system: system ?? memory }]]),
    log,
  });
  return {
    rotator,
    passwords,
    contacts: () => contacts,
    reload: () => rotator.reload(load),
    log: () => lines,
    token: (item) => {
      const text = issue(item);
      genuine.set(text, item);
      return text;
    },
    stop: async () => {
      await rotator.stop();
      validator.close();
      validator.closeAllConnections();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A token that looks like the gateway's. Only the validator above knows that it is genuine. */
function issue(item: string): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    access_id: "p-gateway",
    attaches: JSON.stringify({ item_name: item }),
    iat: now,
    exp: now + 3_600,
    jti: randomBytes(8).toString("hex"),
  };
  const signature = randomBytes(64).toString("base64url");
  return `${encode({ alg: "ES256" })}.${encode(claims)}.${signature}`;
}

/** The memory, contacted through `contact`. */
function contacted(memory: System, contact: () => Promise<void>): System {
  return {
    probe: async (...step) => {
      await contact();
      return memory.probe(...step);
    },
    change: async (...step) => {
      await contact();
      return memory.change(...step);
    },
  };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../harness/free-port.ts";

/** Where a server behind the balancer listens, on loopback. */
export interface BalancedServer {
  readonly port: number;
  /** Serves `/readyz`, which says whether it takes rotations. */
  readonly metricsPort: number;
}

/** HAProxy in front of some rotators; TLS goes through it. */
export interface Balancer {
  readonly url: string;
  stop(): Promise<void>;
}

const LONGEST_START_MS = 10_000;

/** Starts HAProxy, each new connection to the next server that is ready; its configuration goes into `directory`. */
export async function startBalancer(
  backends: readonly BalancedServer[],
  directory: string,
): Promise<Balancer> {
  const port = await freePort();
  const file = join(directory, "haproxy.cfg");
  const servers = backends.map(
    (backend, index) =>
      `  server rotator${index} 127.0.0.1:${backend.port} check port ${backend.metricsPort} inter 200ms fall 2 rise 1`,
  );
  const lines = [
    "defaults",
    "  mode tcp",
    "  maxconn 4096",
    "  timeout connect 2s",
    "  timeout check 10s",
    "  timeout client 60s",
    "  timeout server 60s",
    "  retries 2",
    "  option redispatch 1",
    "listen rotators",
    `  bind 127.0.0.1:${port}`,
    "  balance roundrobin",
    "  option httpchk GET /readyz",
    ...servers,
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  // Debian has it outside of what some users have on their PATH.
  const env = { PATH: `${process.env.PATH}:/usr/sbin` };
  const child = spawn("haproxy", ["-db", "-q", "-f", file], { env, stdio: "inherit" });
  const ended = once(child, "exit");
  await Promise.race([
    answers(port),
    ended.then(() => {
      throw new Error("haproxy ended at once");
    }),
  ]);
  return {
    url: `https://localhost:${port}/rotate`,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Resolves when something takes connections at the port. */
async function answers(port: number): Promise<void> {
  for (let waited = 0; waited < LONGEST_START_MS; waited += 50) {
    const taken = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      (error: { readonly cause?: { readonly code?: string } }) =>
        error.cause?.code !== "ECONNREFUSED",
    );
    if (taken) return;
    await sleep(50);
  }
  throw new Error("haproxy does not listen");
}

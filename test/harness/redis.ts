import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

/** A real Redis, from the Debian package redis-server. */
export interface RedisHandle {
  readonly port: number;
  /** File with the password of the user `default`. */
  readonly adminPasswordFile: string;
  stop(): Promise<void>;
}

/** Starts a server on a free loopback port, without persistence, with the given users. */
export async function startRedis(users: Readonly<Record<string, string>>): Promise<RedisHandle> {
  const directory = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const adminPasswordFile = join(directory, "admin-password");
  await writeFile(adminPasswordFile, "redis-admin-password\n");
  await writeFile(
    join(directory, "redis.conf"),
    [
      "bind 127.0.0.1",
      `port ${port}`,
      'save ""',
      `dir ${directory}`,
      "user default on >redis-admin-password ~* &* +@all",
      ...Object.entries(users).map(([name, password]) => `user ${name} on >${password} +ping`),
    ].join("\n"),
  );
  const server = spawn("redis-server", [join(directory, "redis.conf")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    server.once("error", () =>
      reject(new Error("Redis is not installed: apt-get install redis-server, then try again.")),
    );
    server.stdout.on("data", (chunk) => {
      output += chunk;
      if (output.includes("Ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`redis-server ended early:\n${output}`)));
  });
  return {
    port,
    adminPasswordFile,
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      if (server.exitCode === null && server.kill()) await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

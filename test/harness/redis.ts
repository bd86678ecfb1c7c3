import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

/** A real Redis, from the Debian package redis-server. */
export interface RedisHandle {
  readonly port: number;
  /** File with the password of the user `default`. */
  readonly adminPasswordFile: string;
  /** Ends the server and starts it again with what it has saved. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a server on a free loopback port with the given users.
 *
 * @param usersIn where the users are: the server's configuration, or an ACL file of their own
 */
export async function startRedis(
  users: Readonly<Record<string, string>>,
  usersIn: "configuration" | "acl-file" = "configuration",
): Promise<RedisHandle> {
  const directory = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const adminPasswordFile = join(directory, "admin-password");
  await writeFile(adminPasswordFile, "redis-admin-password\n");
  const accounts = [
    "user default on >redis-admin-password ~* &* +@all",
    ...Object.entries(users).map(([name, password]) => `user ${name} on >${password} +ping`),
  ];
  const aclFile = join(directory, "users.acl");
  await writeFile(aclFile, `${accounts.join("\n")}\n`);
  await writeFile(
    join(directory, "redis.conf"),
    [
      "bind 127.0.0.1",
      `port ${port}`,
      'save ""',
      `dir ${directory}`,
      ...(usersIn === "acl-file" ? [`aclfile ${aclFile}`] : accounts),
    ].join("\n"),
  );
  let server = await launch(join(directory, "redis.conf"));
  const end = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    if (server.exitCode === null && server.kill()) await ended;
  };
  return {
    port,
    adminPasswordFile,
    async restart() {
      await end();
      server = await launch(join(directory, "redis.conf"));
    },
    async stop() {
      await end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launch(configuration: string): Promise<ChildProcess> {
  const server = spawn("redis-server", [configuration], { stdio: ["ignore", "pipe", "pipe"] });
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
  return server;
}

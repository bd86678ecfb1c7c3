import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "./free-port.ts";

/** A real Verdaccio, as npm ships it. */
export interface VerdaccioHandle {
  readonly url: string;
  /** Registers a user, as `npm adduser` does. */
  register(username: string, password: string): Promise<void>;
  /** Adds users with the password of a registered one, all at once. */
  copyUser(username: string, copies: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a private registry on a free loopback port, without uplinks, its data in a folder. */
export async function startVerdaccio(): Promise<VerdaccioHandle> {
  const directory = await mkdtemp(join(tmpdir(), "verdaccio-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = {
    storage: join(directory, "storage"),
    auth: { htpasswd: { file: join(directory, "htpasswd") } },
    flags: { changePassword: true },
    packages: { "**": { access: "$authenticated" } },
    userRateLimit: { windowMs: 60_000, max: 10_000 },
    log: { type: "stdout", format: "json", level: "warn" },
  };
  await writeFile(join(directory, "config.yaml"), JSON.stringify(config));
  const manifest = createRequire(import.meta.url).resolve("verdaccio/package.json");
  const command = join(dirname(manifest), "bin/verdaccio");
  const flags = ["--config", join(directory, "config.yaml"), "--listen", `127.0.0.1:${port}`];
  const child = spawn(process.execPath, [command, ...flags], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? "", HOME: directory },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      if (output.includes("http address")) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => reject(new Error(`verdaccio ended early:\n${output}`)));
  });
  return {
    url,
    async register(username, password) {
      const response = await fetch(`${url}/-/user/org.couchdb.user:${username}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: username, password }),
      });
      if (response.status !== 201) throw new Error(`register: ${response.status}`);
    },
    async copyUser(username, copies) {
      const file = join(directory, "htpasswd");
      const line = (await readFile(file, "utf8"))
        .split("\n")
        .find((one) => one.startsWith(`${username}:`));
      const rest = line?.slice(username.length);
      if (rest === undefined) throw new Error(`${username} is not registered`);
      await appendFile(file, copies.map((name) => `${name}${rest}\n`).join(""));
    },
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.kill()) await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

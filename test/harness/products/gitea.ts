import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../free-port.ts";
import { installed } from "./installed.ts";
import { launch } from "./server.ts";

/** A real Gitea on SQLite. */
export interface GiteaHandle {
  readonly url: string;
  readonly admin: { readonly username: string; readonly password: string; readonly token: string };
  addUser(username: string, password: string): Promise<void>;
  /** Forbids a user to sign in, or allows it again. */
  prohibit(username: string, prohibited: boolean): Promise<void>;
  /** Demands that a user changes the password at the next login. */
  demandChange(username: string): Promise<void>;
  /** A token of a user, made with its password. */
  token(username: string, password: string, name: string): Promise<string>;
  /** Restarts the server with another shortest length of passwords. */
  setMinimumLength(length: number): Promise<void>;
  /** Whether a password opens the account, as an application logs in. */
  login(username: string, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

const ADMIN = { username: "root-admin", password: "Admin-password-1!" };

/** Starts an installed version on a free loopback port. */
export async function startGitea(version: string): Promise<GiteaHandle> {
  const home = await installed(`gitea-${version}`);
  const binary = join(home, "gitea");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const api = `${url}/api/v1`;
  // Its data outlives a restart.
  const data = await mkdtemp(join(tmpdir(), "gitea-data-"));
  const config = join(data, "app.ini");
  const start = (minimum: number) =>
    launch({
      name: "gitea",
      command: binary,
      prepare: () =>
        writeFile(
          config,
          `RUN_MODE = prod
WORK_PATH = ${data}
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
[database]
DB_TYPE = sqlite3
PATH = ${data}/gitea.db
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
STATIC_ROOT_PATH = ${home}
OFFLINE_MODE = true
DISABLE_SSH = true
[security]
INSTALL_LOCK = true
SECRET_KEY = for-a-test
INTERNAL_TOKEN = for-a-test
PASSWORD_HASH_ALGO = pbkdf2_v2
MIN_PASSWORD_LENGTH = ${minimum}
[log]
LEVEL = none
`,
        ),
      arguments: () => ["web", "--config", config],
      isReady: async () => (await fetch(`${url}/api/healthz`)).ok,
    });
  let server = await start(8);
  await promisify(execFile)(
    binary,
    [
      ...["admin", "user", "create", "--admin", "--must-change-password=false", "--config", config],
      ...["--email", "root@example.com"],
      ...["--username", ADMIN.username, "--password", ADMIN.password],
    ],
    { env: { PATH: process.env.PATH ?? "", HOME: data } },
  );
  const call = async (method: string, path: string, body: object, authorization: string) => {
    const headers = { authorization, "content-type": "application/json" };
    const response = await fetch(api + path, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const basic = (username: string, password: string) => `Basic ${btoa(`${username}:${password}`)}`;
  const asAdmin = basic(ADMIN.username, ADMIN.password);
  const tokenOf = async (username: string, password: string, name: string, scope: string) => {
    const wanted = { name, scopes: [scope] };
    const path = `/users/${username}/tokens`;
    return String((await call("POST", path, wanted, basic(username, password))).sha1);
  };
  const setUser = async (username: string, change: object): Promise<void> =>
    void (await call(
      "PATCH",
      `/admin/users/${username}`,
      { source_id: 0, login_name: username, ...change },
      asAdmin,
    ));
  return {
    url,
    admin: {
      ...ADMIN,
      token: await tokenOf(ADMIN.username, ADMIN.password, "rotator", "all"),
    },
    addUser: async (username, password) => {
      const email = `${username}@example.com`;
      const user = { username, email, password, must_change_password: false };
      await call("POST", "/admin/users", user, asAdmin);
    },
    prohibit: (username, prohibit_login) => setUser(username, { prohibit_login }),
    demandChange: (username) => setUser(username, { must_change_password: true }),
    token: (username, password, name) => tokenOf(username, password, name, "read:user"),
    setMinimumLength: async (length) => {
      await server.stop();
      server = await start(length);
    },
    login: async (username, password) => {
      const headers = { authorization: basic(username, password) };
      return (await fetch(`${api}/user`, { headers })).ok;
    },
    stop: async () => {
      await server.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

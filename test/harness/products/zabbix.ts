// cspell:ignore jsonrpc passwd usrgrp usrgrps usrgrpid usrgrpids userid roleid tokenids hstgrp apiinfo usergroup -- of Zabbix
import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { freePort } from "../free-port.ts";
import { installed } from "./installed.ts";
import { type MariaDbHandle, startMariaDb } from "./mariadb.ts";
import { launch } from "./server.ts";

const run = promisify(execFile);

/** A real Zabbix on MariaDB: its pages and API, from the package zabbix-frontend-php, in PHP's own server. */
export interface ZabbixHandle {
  readonly url: string;
  /** An API token of a user who may do everything. */
  readonly adminToken: string;
  /** A user's API token. */
  tokenOf(name: string): Promise<string>;
  addUser(name: string, password: string): Promise<void>;
  /** Ends a user's block. */
  unblock(name: string): Promise<void>;
  /** Puts a user into the group of those who may not log in. */
  disable(name: string): Promise<void>;
  /** Puts a user into a group whose passwords are in LDAP. */
  moveToLdap(name: string): Promise<void>;
  /** Makes Zabbix demand passwords of this length. */
  setMinimumLength(length: number): Promise<void>;
  /** After how many failed logins a user is blocked. */
  setLoginAttempts(attempts: number): Promise<void>;
  /** Whether a login works, as an application makes one. */
  login(name: string, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

const HOME = "/usr/share/zabbix";
/** What Zabbix's data begins with. */
const FIRST_ADMIN = { username: "Admin", password: "zabbix" };
const OF_USERS = /^INSERT INTO `(config|hstgrp|role|role_rule|users|usrgrp|users_groups)` /;
const GROUPS = { internal: "7", disabled: "9" };

/** Starts it on a free loopback port. */
export async function startZabbix(): Promise<ZabbixHandle> {
  const database = await startMariaDb();
  try {
    await fill(database);
    return await startPages(database);
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** Loads Zabbix's tables and, of its data, what users need: the rest are hosts and templates. */
async function fill({ port, admin, query }: MariaDbHandle): Promise<void> {
  const scripts = await installed("zabbix-server-mysql");
  const script = async (name: string) =>
    gunzipSync(await readFile(join(scripts, `${name}.sql.gz`))).toString();
  const data = (await script("data")).split("\n").filter((line) => OF_USERS.test(line));
  await query("CREATE DATABASE zabbix CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  const client = ["--no-defaults", "-h127.0.0.1", `-P${port}`, `-u${admin.username}`, "zabbix"];
  const loading = run("mariadb", [...client, `-p${admin.password}`]);
  loading.child.stdin?.end([await script("schema"), ...data].join("\n"));
  await loading;
}

async function startPages(database: MariaDbHandle): Promise<ZabbixHandle> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await launch({
    name: "zabbix",
    command: "php",
    prepare: async (directory) => {
      // Debian's pages read their configuration from a fixed place.
      await cp(HOME, join(directory, "pages"), { recursive: true, dereference: true });
      const reader = join(directory, "pages/include/classes/core/CConfigFile.php");
      const code = await readFile(reader, "utf8");
      const file = join(directory, "zabbix.conf.php");
      await writeFile(reader, code.replace("/etc/zabbix/zabbix.conf.php", file));
      await writeFile(file, configuration(database));
    },
    arguments: (directory) => ["-S", `127.0.0.1:${port}`, "-t", join(directory, "pages")],
    isReady: async () => (await call(url, "apiinfo.version", [])).result !== undefined,
  });
  const { result: session } = await call(url, "user.login", FIRST_ADMIN);
  const asAdmin = async <Result>(method: string, params: object): Promise<Result> => {
    const { result, error } = await call(url, method, params, session as string);
    if (result === undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as Result;
  };
  const idOf = async (username: string): Promise<string> => {
    const [user] = await asAdmin<{ userid: string }[]>("user.get", { filter: { username } });
    return user?.userid ?? "";
  };
  const setGroup = async (name: string, usrgrpid: string) =>
    void (await asAdmin("user.update", { userid: await idOf(name), usrgrps: [{ usrgrpid }] }));
  const tokenOf = async (name: string): Promise<string> => {
    const token = { name, userid: await idOf(name) };
    const { tokenids } = await asAdmin<{ tokenids: string[] }>("token.create", token);
    const [made] = await asAdmin<{ token: string }[]>("token.generate", tokenids);
    return made?.token ?? "";
  };
  return {
    url,
    adminToken: await tokenOf(FIRST_ADMIN.username),
    tokenOf,
    addUser: async (username, passwd) => {
      const usrgrps = [{ usrgrpid: GROUPS.internal }];
      await asAdmin("user.create", { username, passwd, roleid: "1", usrgrps });
    },
    unblock: async (name) => void (await asAdmin("user.unblock", [await idOf(name)])),
    disable: (name) => setGroup(name, GROUPS.disabled),
    moveToLdap: async (name) => {
      const group = { name: `LDAP of ${name}`, gui_access: 2 };
      const { usrgrpids } = await asAdmin<{ usrgrpids: [string] }>("usergroup.create", group);
      await setGroup(name, usrgrpids[0]);
    },
    setMinimumLength: async (length) =>
      void (await asAdmin("authentication.update", { passwd_min_length: length })),
    setLoginAttempts: async (attempts) =>
      void (await asAdmin("settings.update", { login_attempts: attempts })),
    login: async (username, password) =>
      (await call(url, "user.login", { username, password })).result !== undefined,
    stop: async () => {
      await server.stop();
      await database.stop();
    },
  };
}

async function call(
  url: string,
  method: string,
  params: object,
  auth?: string,
): Promise<{ result?: unknown; error?: unknown }> {
  const response = await fetch(`${url}/api_jsonrpc.php`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params, ...(auth && { auth }) }),
  });
  return (await response.json()) as { result?: unknown };
}

const configuration = ({ port, admin }: MariaDbHandle) => `<?php
$DB['TYPE'] = 'MYSQL';
$DB['SERVER'] = '127.0.0.1';
$DB['PORT'] = '${port}';
$DB['DATABASE'] = 'zabbix';
$DB['USER'] = '${admin.username}';
$DB['PASSWORD'] = '${admin.password}';
$DB['DOUBLE_IEEE754'] = true;
`;

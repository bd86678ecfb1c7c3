// cspell:ignore dbtype dbpath confpath scriptpath dbname createaccount logintoken createtoken loginreturnurl
// cspell:ignore createreturnurl createaccounttoken clientlogin keyname objectcache wikicache opcache -- of MediaWiki
import { execFile } from "node:child_process";
import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../free-port.ts";
import { launch } from "./server.ts";

const run = promisify(execFile);

/** A real MediaWiki on SQLite, from the package mediawiki, in PHP's own server. */
export interface MediaWikiHandle {
  readonly url: string;
  addUser(name: string, password: string): Promise<void>;
  /** Ends the time of a user's password. */
  expire(name: string): Promise<void>;
  /** Forgets every failed login. */
  forgetFailures(): Promise<void>;
  /** Makes the wiki demand passwords of this length, or what it demands by default. */
  setMinimumLength(length: number | undefined): Promise<void>;
  /** Whether a login works, as an application makes one. */
  login(name: string, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

const HOME = "/usr/share/mediawiki";
const ADMIN = { username: "Admin", password: "Admin-password-1!" };

/** Starts a wiki on a free loopback port. */
export async function startMediaWiki(): Promise<MediaWikiHandle> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await launch({
    name: "mediawiki",
    command: "php",
    prepare: async (directory) => {
      await mkdir(join(directory, "db"));
      await run("php", [
        join(HOME, "maintenance/install.php"),
        ...["--dbtype", "sqlite", "--dbpath", join(directory, "db"), "--dbname", "wiki"],
        ...["--confpath", directory, "--server", url, "--scriptpath", ""],
        ...["--pass", ADMIN.password, "wiki", ADMIN.username],
      ]);
      // Without a cache it would count no failed logins.
      await appendFile(
        join(directory, "LocalSettings.php"),
        `$wgMainCacheType = CACHE_DB;
$wgPasswordConfig['pbkdf2']['cost'] = '1000';
if ( is_file( __DIR__ . '/policy' ) ) {
	$wgPasswordPolicy['policies']['default']['MinimalPasswordLength'] = (int)file_get_contents( __DIR__ . '/policy' );
}
`,
      );
    },
    arguments: () => ["-S", `127.0.0.1:${port}`, "-d", "opcache.enable_cli=1", "-t", HOME],
    environment: (directory) => ({ MW_CONFIG_FILE: join(directory, "LocalSettings.php") }),
    isReady: async () => (await fetch(`${url}/api.php`)).ok,
  });
  const sql = (database: string, statement: string) =>
    run("php", [
      "-r",
      "$db = new SQLite3($argv[1]); $db->busyTimeout(5000); $db->exec($argv[2]) || exit(1);",
      join(server.directory, "db", `${database}.sqlite`),
      statement,
    ]);
  const policy = join(server.directory, "policy");
  return {
    url,
    addUser: async (username, password) => {
      const session = sessionOf(url);
      const token = await session.token("createaccount");
      const answer = await session.post({
        action: "createaccount",
        createtoken: token,
        createreturnurl: url,
        username,
        password,
        retype: password,
      });
      if (!answer.includes('"PASS"')) throw new Error(answer);
    },
    expire: async (name) =>
      void (await sql(
        "wiki",
        `UPDATE user SET user_password_expires = '20200101000000' WHERE user_name = '${name}'`,
      )),
    forgetFailures: async () =>
      void (await sql("wikicache", "DELETE FROM objectcache WHERE keyname LIKE '%throttler%'")),
    setMinimumLength: (length) =>
      length === undefined ? rm(policy) : writeFile(policy, String(length)),
    login: async (username, password) => {
      const session = sessionOf(url);
      const logintoken = await session.token("login");
      const form = { action: "clientlogin", username, password, logintoken, loginreturnurl: url };
      return (await session.post(form)).includes('"PASS"');
    },
    stop: () => server.stop(),
  };
}

/** Requests that keep their cookies, as a browser does. */
function sessionOf(url: string) {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${url}/api.php${path}`, { ...init, headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer.text();
  };
  return {
    token: async (type: string): Promise<string> => {
      const text = await send(`?action=query&meta=tokens&format=json&type=${type}`);
      const { query } = JSON.parse(text) as { query: { tokens: Record<string, string> } };
      return query.tokens[`${type}token`] ?? "";
    },
    post: (form: Record<string, string>) =>
      send("", { method: "POST", body: new URLSearchParams({ ...form, format: "json" }) }),
  };
}

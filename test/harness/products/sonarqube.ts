// cspell:ignore updatecenter -- of SonarQube
import { appendFile, cp } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { installed } from "./installed.ts";
import { launch } from "./server.ts";

/** A real SonarQube on its built-in database. */
export interface SonarQubeHandle {
  readonly url: string;
  readonly admin: { readonly username: string; readonly password: string };
  addUser(login: string, password: string): Promise<void>;
  /** Takes a user's access away. */
  deactivate(login: string): Promise<void>;
  /** A token of a user, or of the admin. */
  token(login: string, name: string): Promise<string>;
  /** Whether a password opens the account, as an application logs in. */
  login(login: string, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

const ADMIN = { username: "admin", password: "Admin-password-1!" };
const JAVA = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/** Starts an installed version on free loopback ports; it needs Java 17, 2 GB and a minute. */
export async function startSonarQube(version: string): Promise<SonarQubeHandle> {
  const home = await installed(`sonarqube-${version}`);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    "web.host": "127.0.0.1",
    "web.port": port,
    "search.port": 0,
    "es.bootstrap.checks.disable": true,
    "telemetry.enable": false,
    "updatecenter.activate": false,
    "web.javaOpts": ["-Xmx640m", ...JAVA].join(" "),
    "ce.javaOpts": ["-Xmx256m", ...JAVA].join(" "),
    "search.javaOpts": "-Xms384m -Xmx384m -XX:TieredStopAtLevel=1",
  };
  const server = await launch({
    name: "sonarqube",
    command: "java",
    // Its search engine does.
    refusesRoot: true,
    // It writes beside itself, so each one runs from a copy.
    prepare: async (directory) => {
      await cp(home, join(directory, "sonarqube"), { recursive: true });
      const lines = Object.entries(settings).map(([name, value]) => `sonar.${name}=${value}\n`);
      await appendFile(join(directory, "sonarqube/conf/sonar.properties"), `\n${lines.join("")}`);
    },
    arguments: (directory) => [
      "-jar",
      join(directory, `sonarqube/lib/sonar-application-${version}.jar`),
    ],
    isReady: async () => {
      const status = await (await fetch(`${url}/api/system/status`)).json();
      return (status as { status: string }).status === "UP";
    },
    startMs: 540_000,
  });

  const basic = (username: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
  });
  const post = async (
    path: string,
    form: Record<string, string>,
    { username, password } = ADMIN,
  ): Promise<string> => {
    const response = await fetch(`${url}/api/${path}`, {
      method: "POST",
      headers: basic(username, password),
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  };
  await post(
    "users/change_password",
    { login: ADMIN.username, previousPassword: "admin", password: ADMIN.password },
    { username: ADMIN.username, password: "admin" },
  );
  return {
    url,
    admin: ADMIN,
    addUser: async (login, password) =>
      void (await post("users/create", { login, name: login, password })),
    deactivate: async (login) => void (await post("users/deactivate", { login })),
    token: async (login, name) => {
      const answer = await post("user_tokens/generate", { login, name });
      return (JSON.parse(answer) as { token: string }).token;
    },
    login: async (login, password) => {
      const answer = await fetch(`${url}/api/authentication/validate`, {
        headers: basic(login, password),
      });
      return answer.ok && ((await answer.json()) as { valid: boolean }).valid;
    },
    stop: () => server.stop(),
  };
}

import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../free-port.ts";
import { launch } from "./server.ts";

const run = promisify(execFile);

/** A real MariaDB that blocks a user at five failed logins in a row, from the package mariadb-server. */
export interface MariaDbHandle {
  readonly port: number;
  readonly admin: { readonly username: string; readonly password: string };
  /** Runs a statement as the administrator. */
  query(statement: string): Promise<void>;
  /** Whether a login works, as an application makes one. */
  login(name: string, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

const ADMIN = { username: "root", password: "Root-password-1!" };

/** Starts a server on a free loopback port. */
export async function startMariaDb(): Promise<MariaDbHandle> {
  const port = await freePort();
  const ask = async (name: string, password: string, statement: string) => {
    const options = ["--no-defaults", "-h127.0.0.1", `-P${port}`, `-u${name}`];
    await run("mariadb", [...options, `-p${password}`, "-e", statement]);
  };
  const optionsOf = (directory: string) => [
    "--no-defaults",
    `--datadir=${directory}/data`,
    "--innodb-buffer-pool-size=8M",
    "--key-buffer-size=1M",
  ];
  const server = await launch({
    name: "mariadb",
    command: "/usr/sbin/mariadbd",
    prepare: async (directory) => {
      await run("mariadb-install-db", [
        ...optionsOf(directory),
        "--skip-test-db",
        "--auth-root-authentication-method=normal",
        ...asRoot(),
      ]);
      const first = `SET PASSWORD FOR root@localhost = PASSWORD('${ADMIN.password}');\n`;
      await writeFile(join(directory, "first.sql"), first);
    },
    arguments: (directory) => [
      ...optionsOf(directory),
      `--socket=${directory}/socket`,
      `--pid-file=${directory}/pid`,
      "--bind-address=127.0.0.1",
      `--port=${port}`,
      `--init-file=${directory}/first.sql`,
      "--plugin-load-add=simple_password_check",
      "--max-password-errors=5",
      ...asRoot(),
    ],
    isReady: async () => {
      await ask(ADMIN.username, ADMIN.password, "DO 1");
      return true;
    },
  });
  return {
    port,
    admin: ADMIN,
    query: (statement) => ask(ADMIN.username, ADMIN.password, statement),
    login: (name, password) =>
      ask(name, password, "DO 1").then(
        () => true,
        () => false,
      ),
    stop: () => server.stop(),
  };
}

/** The server does not run as root unless it is told so. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}

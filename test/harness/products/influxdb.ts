import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { launch } from "./server.ts";

/** A real InfluxDB 1.x that demands logins, from the Debian package influxdb. */
export interface InfluxHandle {
  readonly url: string;
  readonly port: number;
  readonly admin: { readonly username: string; readonly password: string };
  /** Runs a statement as the administrator. */
  query(statement: string): Promise<void>;
  stop(): Promise<void>;
}

const ADMIN = { username: "root", password: "root-password" };

/** Starts a server on free loopback ports. */
export async function startInflux(): Promise<InfluxHandle> {
  const [http, backup] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${http}`;
  const query = async (q: string) => {
    const response = await fetch(`${url}/query`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${ADMIN.username}:${ADMIN.password}`)}` },
      body: new URLSearchParams({ q }),
    });
    const text = await response.text();
    if (!response.ok || text.includes('"error"')) throw new Error(text);
  };
  const server = await launch({
    name: "influxd",
    command: "influxd",
    prepare: (directory) =>
      writeFile(
        join(directory, "influxdb.conf"),
        `reporting-disabled = true
bind-address = "127.0.0.1:${backup}"
[meta]
dir = "${directory}/meta"
[data]
dir = "${directory}/data"
wal-dir = "${directory}/wal"
[http]
bind-address = "127.0.0.1:${http}"
auth-enabled = true
`,
      ),
    arguments: (directory) => ["-config", join(directory, "influxdb.conf")],
    isReady: async () => (await fetch(`${url}/ping`)).ok,
  });
  await query(
    `CREATE USER ${ADMIN.username} WITH PASSWORD '${ADMIN.password}' WITH ALL PRIVILEGES`,
  );
  return { url, port: http, admin: ADMIN, query, stop: () => server.stop() };
}

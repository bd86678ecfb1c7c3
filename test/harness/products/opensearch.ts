// cspell:ignore pemcert pemkey pemtrustedcas restapi authc internalusers securityindex Dopensearch Djava -- of OpenSearch
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePort } from "../free-port.ts";
import { createAuthority } from "../pki.ts";
import { installed } from "./installed.ts";
import { launch } from "./server.ts";

/** A real OpenSearch with its Security plugin, which blocks nobody, as it is by default. */
export interface OpenSearchHandle {
  readonly url: string;
  readonly admin: { readonly username: string; readonly password: string };
  /** How long a password may be. */
  readonly longestPassword: number;
  addUser(name: string, password: string): Promise<void>;
  /** Blocks a user, or an address, at five failed logins from now on, or nobody; ends every block. */
  setBlocking(by: "username" | "ip" | undefined): Promise<void>;
  /** Status of a login, as an application makes one. */
  login(name: string, password: string): Promise<number>;
  stop(): Promise<void>;
}

const ADMIN = { username: "root", password: "Admin-password-1!" };
/** Of the password above, by bcrypt with the fewest rounds. */
const ADMIN_HASH = "$2y$04$rotationkitrotationkieQAEDjS4bo31Pxi2t1wNVMKz.0nfKtYC";
/** The longest password that it takes. */
const LONGEST_PASSWORD = 60;

/** Starts an installed version on free loopback ports. */
export async function startOpenSearch(version: string): Promise<OpenSearchHandle> {
  const home = await installed(`opensearch-${version}`);
  const [http, transport] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${http}`;
  const basic = (name: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
  });
  const login = (name: string, password: string) =>
    fetch(`${url}/_plugins/_security/authinfo`, { headers: basic(name, password) });
  const server = await launch({
    name: "opensearch",
    command: "java",
    refusesRoot: true,
    // It writes beside itself, so each one runs from a copy.
    prepare: async (directory) => {
      const copy = join(directory, "opensearch");
      await cp(home, copy, { recursive: true });
      const config = join(copy, "config");
      const security = join(config, "opensearch-security");
      await cp(join(copy, "plugins/opensearch-security/config"), security, { recursive: true });
      const authority = await createAuthority();
      const node = await authority.issue({ hosts: ["localhost"], client: true });
      await Promise.all([
        writeFile(join(config, "authority.pem"), authority.cert),
        writeFile(join(config, "node.pem"), node.cert),
        writeFile(join(config, "node-key.pem"), node.key),
        writeFile(join(config, "opensearch.yml"), stringify(settings(http, transport))),
        writeFile(join(security, "config.yml"), stringify(SECURITY)),
        writeFile(join(security, "internal_users.yml"), stringify(USERS)),
      ]);
    },
    arguments: (directory) => [
      ...["-Xms384m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
      `-Dopensearch.path.home=${directory}/opensearch`,
      `-Dopensearch.path.conf=${directory}/opensearch/config`,
      "-Dopensearch.distribution.type=zip",
      `-Djava.io.tmpdir=${directory}`,
      ...["-cp", `${directory}/opensearch/lib/*`, "org.opensearch.bootstrap.OpenSearch"],
    ],
    isReady: async () => (await login(ADMIN.username, ADMIN.password)).ok,
  });

  const asAdmin = async (method: string, path: string, body: object): Promise<void> => {
    const response = await fetch(`${url}/_plugins/_security/api/${path}`, {
      method,
      headers: { ...basic(ADMIN.username, ADMIN.password), "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  return {
    url,
    admin: ADMIN,
    longestPassword: LONGEST_PASSWORD,
    addUser: (name, password) => asAdmin("PUT", `internalusers/${name}`, { password }),
    setBlocking: (by) =>
      asAdmin("PATCH", "securityconfig", [
        {
          op: "replace",
          path: "/config/dynamic/auth_failure_listeners",
          value: by === undefined ? {} : { listener: blockingBy(by) },
        },
      ]),
    login: async (name, password) => (await login(name, password)).status,
    stop: () => server.stop(),
  };
}

const settings = (http: number, transport: number) => ({
  "discovery.type": "single-node",
  "network.host": "127.0.0.1",
  "http.port": http,
  "transport.port": transport,
  "cluster.routing.allocation.disk.threshold_enabled": false,
  "plugins.security.ssl.transport.pemcert_filepath": "node.pem",
  "plugins.security.ssl.transport.pemkey_filepath": "node-key.pem",
  "plugins.security.ssl.transport.pemtrustedcas_filepath": "authority.pem",
  "plugins.security.ssl.transport.enforce_hostname_verification": false,
  "plugins.security.allow_default_init_securityindex": true,
  "plugins.security.restapi.roles_enabled": ["all_access"],
  "plugins.security.unsupported.restapi.allow_securityconfig_modification": true,
  "plugins.security.restapi.password_validation_regex": `.{12,${LONGEST_PASSWORD}}`,
  "plugins.security.password.hashing.bcrypt.rounds": 4,
});

const SECURITY = {
  _meta: { type: "config", config_version: 2 },
  config: {
    dynamic: {
      authc: {
        basic: {
          http_enabled: true,
          order: 0,
          http_authenticator: { type: "basic", challenge: true },
          authentication_backend: { type: "internal" },
        },
      },
    },
  },
};

const USERS = {
  _meta: { type: "internalusers", config_version: 2 },
  [ADMIN.username]: { hash: ADMIN_HASH, backend_roles: ["admin"] },
};

const blockingBy = (type: "username" | "ip") => ({
  type,
  ...(type === "username" && { authentication_backend: "internal" }),
  allowed_tries: 5,
  time_window_seconds: 3_600,
  block_expiry_seconds: 3_600,
  max_blocked_clients: 1_000,
  max_tracked_clients: 1_000,
});

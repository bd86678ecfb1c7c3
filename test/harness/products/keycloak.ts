import { cp } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { installed } from "./installed.ts";
import { launch } from "./server.ts";

/** A real Keycloak in development mode, its brute-force protection as it is by default. */
export interface KeycloakHandle {
  readonly url: string;
  /** A confidential client that may manage users. */
  readonly admin: { readonly client: string; readonly secret: string };
  /** Makes a user of the realm `apps`. */
  addUser(name: string, password: string, settings?: object): Promise<void>;
  /** Changes settings of the realm `apps`. */
  setRealm(settings: object): Promise<void>;
  /** Changes settings of a user. */
  setUser(name: string, settings: object): Promise<void>;
  /** Ends a user's lock. */
  unlock(name: string): Promise<void>;
  /** Status of a login, as an application makes one. */
  login(name: string, password: string): Promise<number>;
  stop(): Promise<void>;
}

const ROOT = { username: "root", password: "root-password" };
const MANAGER = { client: "rotator", secret: "rotator-secret" };
const TOKENS = "protocol/openid-connect/token";

/** Starts a Keycloak of an installed version on a free loopback port. */
export async function startKeycloak(version: string): Promise<KeycloakHandle> {
  const home = await installed(`keycloak-${version}`);
  const [http, management] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${http}`;
  const server = await launch({
    name: "keycloak",
    command: "/bin/sh",
    // It writes beside itself, so each one runs from a copy.
    prepare: (directory) => cp(home, join(directory, "kc"), { recursive: true }),
    arguments: (directory) => [
      join(directory, "kc/bin/kc.sh"),
      "start-dev",
      "--http-host=127.0.0.1",
      `--http-port=${http}`,
      `--http-management-port=${management}`,
      "--cache=local",
    ],
    environment: () => ({
      KC_BOOTSTRAP_ADMIN_USERNAME: ROOT.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ROOT.password,
      JAVA_OPTS: "-Xms128m -Xmx700m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    }),
    isReady: async () => (await fetch(`${url}/realms/master`)).ok,
    startMs: 240_000,
  });

  const login = (realm: string, form: Record<string, string>) =>
    fetch(`${url}/realms/${realm}/${TOKENS}`, { method: "POST", body: new URLSearchParams(form) });
  const asRoot = async (method: string, path: string, body?: object): Promise<Response> => {
    const session = await login("master", {
      grant_type: "password",
      client_id: "admin-cli",
      ...ROOT,
    });
    const { access_token: token } = (await session.json()) as { access_token: string };
    const response = await fetch(`${url}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response;
  };
  const idOf = async (name: string) => {
    const found = await asRoot("GET", `/apps/users?username=${name}&exact=true`);
    const [user] = (await found.json()) as [{ id: string }];
    return user.id;
  };

  await asRoot("POST", "", {
    realm: "apps",
    enabled: true,
    bruteForceProtected: true,
    // Two failed logins within this time lock the account; the default second is short on a busy machine.
    quickLoginCheckMilliSeconds: 10_000,
    clients: [
      {
        clientId: "rotation-probe",
        publicClient: true,
        directAccessGrantsEnabled: true,
        standardFlowEnabled: false,
      },
      {
        clientId: MANAGER.client,
        secret: MANAGER.secret,
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
      },
    ],
    users: [
      {
        username: "service-account-rotator",
        enabled: true,
        serviceAccountClientId: MANAGER.client,
        clientRoles: { "realm-management": ["manage-users"] },
      },
    ],
  });
  return {
    url,
    admin: MANAGER,
    addUser: async (username, value, settings = {}) =>
      void (await asRoot("POST", "/apps/users", {
        username,
        enabled: true,
        email: `${username}@example.com`,
        firstName: "A",
        lastName: "B",
        credentials: [{ type: "password", value, temporary: false }],
        ...settings,
      })),
    setRealm: async (settings) => void (await asRoot("PUT", "/apps", settings)),
    setUser: async (name, settings) =>
      void (await asRoot("PUT", `/apps/users/${await idOf(name)}`, settings)),
    unlock: async (name) =>
      void (await asRoot("DELETE", `/apps/attack-detection/brute-force/users/${await idOf(name)}`)),
    login: async (username, password) => {
      const form = { grant_type: "password", client_id: "rotation-probe", username, password };
      return (await login("apps", form)).status;
    },
    stop: () => server.stop(),
  };
}

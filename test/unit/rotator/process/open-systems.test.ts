import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import type { LoadedConfig } from "../../../../rotator/config/load.ts";
import { rotatorConfigSchema } from "../../../../rotator/config/schema.ts";
import {
  closeSystems,
  openSharedLock,
  openSystems,
} from "../../../../rotator/process/open-systems.ts";
import type { System } from "../../../../rotator/systems/system.ts";

const LOG = pino({ level: "silent" });
const APP = { type: "http", recipe: "grafana", origin: "https://grafana.internal" };

function load(changes: object): LoadedConfig {
  const config = rotatorConfigSchema.parse({
    akeyless: { access_ids: ["p-gateway"] },
    keys: [{ id: "k1", file: "key" }],
    items: { "/app": { system: "app", usernames: ["svc"] } },
    systems: { app: APP },
    ...changes,
  });
  return { config, directory: "/nowhere" };
}

test.each([
  [
    { ...APP, ca_file: "ca.pem" },
    /^systems\.app: the file \/nowhere\/ca\.pem cannot be read \(ENOENT: /,
  ],
  [{ ...APP, recipe: "jira" }, /^systems\.app: There is no recipe "jira"/],
  [{ ...APP, parameters: { x: "y" } }, /^systems\.app: unknown parameter x/],
])("what keeps a system from starting names the system: %j", async (app, message) => {
  await expect(openSystems(load({ systems: { app } }), {}, LOG)).rejects.toThrow(message);
});

test("what keeps the shared lock from starting names it", async () => {
  const lock = { type: "postgres", host: "db.internal", username: "locks", password_env: "NONE" };
  await expect(openSharedLock(load({ shared_lock: lock }), {}, LOG)).rejects.toThrow(
    /^shared_lock: The environment variable that password_env names is not set\.$/,
  );
});

test("a system that only has keys serves no item that changes passwords", async () => {
  const app = {
    ...APP,
    recipe: "gitea-token",
    authority: "admin",
    admin: { username: "root", password_env: "TOKEN" },
  };
  const item = { system: "app", usernames: ["svc"] };
  const open = (strategy: string) =>
    openSystems(
      load({ systems: { app }, items: { "/a": { ...item, strategy } } }),
      { TOKEN: "t" },
      LOG,
    );
  await expect(open("key-pair")).resolves.toHaveProperty("size", 1);
  await expect(open("single")).rejects.toThrow(
    /^items\.\/a: its strategy needs a system that changes/,
  );
});

test("an admin credential has to be whole even if it only serves for resets", async () => {
  const app = { ...APP, admin: { username: "root" } };
  await expect(openSystems(load({ systems: { app } }), {}, LOG)).rejects.toThrow(
    /^systems\.app: the recipe needs admin\.password_file or password_env/,
  );
});

test("the pause after a failed login is the operator's, else the recipe's, else the default", async () => {
  const keycloak = {
    ...APP,
    recipe: "keycloak",
    parameters: { realm: "apps", probe_client: "probe" },
    authority: "admin",
    admin: { client_id: "kit", client_secret_env: "SECRET" },
  };
  const systems = {
    app: APP,
    recipe: keycloak,
    operator: { ...keycloak, failed_login_spacing_ms: 7 },
  };
  const opened = await openSystems(load({ systems }), { SECRET: "s" }, LOG);
  const pauses = [...opened].map(([name, { failedLogins }]) => [
    name,
    failedLogins?.failedLoginSpacingMs,
  ]);
  expect(pauses).toEqual([
    ["app", undefined],
    ["recipe", 1_100],
    ["operator", 7],
  ]);
});

test("every system that cannot start is named, and every item that its system cannot serve", async () => {
  const systems = { app: APP, one: { ...APP, recipe: "jira" }, two: { ...APP, ca_file: "ca.pem" } };
  const item = { system: "app", usernames: ["svc"] };
  const items = {
    "/keys": { ...item, strategy: "key-pair" },
    "/dual": { ...item, strategy: "dual-password" },
    "/repair": { ...item, reconcile: true },
  };
  const failed = await openSystems(load({ systems, items }), {}, LOG).catch((error) => error);
  expect(failed.message.split("\n").map((line: string) => line.split(":")[0])).toEqual([
    "systems.one",
    "systems.two",
    "items./keys",
    "items./dual",
    "items./repair",
  ]);
});

test("a system that never closes keeps neither the others from it nor the caller for ever", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const unused = () => Promise.reject(new Error("not for this test"));
  const closed: string[] = [];
  const system = (name: string, close: () => Promise<void>) =>
    [name, { system: { probe: unused, change: unused, close } satisfies System }] as const;
  const systems = new Map([
    system("hangs", () => new Promise(() => {})),
    system("fails", async () => {
      throw new Error("not closed");
    }),
    system("closes", async () => void closed.push("closes")),
  ]);
  const closing = closeSystems(systems, LOG);
  expect(closed).toEqual(["closes"]);
  vi.advanceTimersByTime(5_000);
  expect(await closing).toBe(false);
  systems.delete("hangs");
  expect(await closeSystems(systems, LOG)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

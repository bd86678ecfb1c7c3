import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Strategy } from "../../rotator/rotation/rotation.ts";
import { type HoldProxy, startHoldProxy } from "../harness/hold-proxy.ts";
import { FIRST_PASSWORD, type RotatorStage, USERNAME } from "../harness/rotator-stage.ts";
import { Product, serveProduct } from "./product.ts";

/** Strategies that are put through chaos; `random` loses passwords by its nature. */
export const CHAOS_STRATEGIES = ["single", "alternating", "dual-password", "key-pair"] as const;
export type ChaosStrategy = Extract<Strategy, (typeof CHAOS_STRATEGIES)[number]>;

/** Who changes the password: the account itself, or an admin who also repairs (`reconcile`). */
export const CHAOS_AUTHORITIES = ["account", "admin"] as const;
export type ChaosAuthority = (typeof CHAOS_AUTHORITIES)[number];

type Payload = Record<string, unknown>;

/** Where the accounts are that the chaos rotates, and how a rotator reaches them. */
export interface ChaosPlace {
  /** Payload of the first rotation. */
  readonly first: Payload;
  /** Between rotators and accounts. */
  readonly proxy: HoldProxy;
  /** Members of the system in rotator.yaml, and of the item. */
  readonly system: object;
  readonly item: object;
  /** Generations that a payload may be old, for the strategy to find its way. */
  readonly mostBack: number;
  opens(payload: Payload): Promise<boolean>;
  /** Notes what the accounts are like, now that the payload is stored. */
  seen(payload: Payload): void;
  /** Sets the accounts to what they were like when the payload was stored. */
  restore(payload: Payload): Promise<void>;
  lockouts(): number;
  stop(): Promise<void>;
}

const ADMIN = { username: "chaos-admin", password: "Chaos-admin-password-1" };
const SECOND = "svc-reporting-2";

/** Opens the place of a strategy; the stage is stopped by its owner. */
export function openPlace(
  strategy: ChaosStrategy,
  authority: ChaosAuthority,
  stage: RotatorStage,
  windowMs: number,
): Promise<ChaosPlace> {
  return strategy === "single" || strategy === "alternating"
    ? application(strategy, authority, stage)
    : product(strategy, windowMs);
}

/** The reporting application, with its recipe. */
async function application(
  strategy: "single" | "alternating",
  authority: ChaosAuthority,
  stage: RotatorStage,
): Promise<ChaosPlace> {
  const { app, proxy } = stage;
  await app.createAccount({ ...ADMIN, admin: true });
  await writeFile(join(stage.directory, "admin"), ADMIN.password);
  const served = { username: USERNAME, password: FIRST_PASSWORD };
  const idle = { username: SECOND, password: `${FIRST_PASSWORD}2` };
  await app.createAccount(idle);
  const isAdmin = authority === "admin";
  const admin = { username: ADMIN.username, password_file: "admin" };
  return {
    first: {
      system: "app",
      username: USERNAME,
      current_password: FIRST_PASSWORD,
      ...(strategy === "alternating" && { users: [served, idle] }),
    },
    proxy,
    system: {
      type: "http",
      recipe: "reporting-app",
      origin: proxy.url,
      ca_file: "ca.pem",
      ...(isAdmin && { authority, admin }),
    },
    item: { strategy, usernames: [USERNAME, SECOND], ...(isAdmin && { reconcile: true }) },
    mostBack: 2,
    opens: async ({ username, current_password }) =>
      app.accepts(String(username), String(current_password)),
    seen: () => {},
    restore: async (payload) => {
      const { username, current_password: password, users } = payload;
      const accounts = Array.isArray(users) ? users : [{ username, password }];
      for (const account of accounts) await app.createAccount(account);
    },
    lockouts: () => app.events.all("account-locked").length,
    stop: async () => {},
  };
}

/** The product with second passwords and named keys, by a module. */
async function product(
  strategy: "dual-password" | "key-pair",
  windowMs: number,
): Promise<ChaosPlace> {
  const isKey = strategy === "key-pair";
  const accounts = new Product(
    {
      passwords: isKey ? {} : { [USERNAME]: [FIRST_PASSWORD] },
      keys: isKey ? { "by-hand": FIRST_PASSWORD } : {},
    },
    windowMs,
  );
  const server = await serveProduct(accounts);
  const proxy = await startHoldProxy(server.url);
  const states = new Map<string, typeof accounts.state>();
  return {
    first: {
      system: "app",
      username: USERNAME,
      password: FIRST_PASSWORD,
      ...(isKey && { key_name: "by-hand" }),
    },
    proxy,
    system: {
      type: "module",
      path: fileURLToPath(new URL("product-system.ts", import.meta.url)),
      options: { url: proxy.url },
    },
    item: { strategy, usernames: [USERNAME, ...(isKey ? ["by-hand"] : [])] },
    // A key that was revoked opens nothing, and nothing leads from it to the next one.
    mostBack: isKey ? 1 : 2,
    opens: async ({ username, password }) =>
      accounts.opens({ username: String(username), password: String(password) }),
    seen: ({ password }) => void states.set(String(password), accounts.state),
    restore: async ({ password }) => {
      const state = states.get(String(password));
      if (state) accounts.restore(state);
    },
    lockouts: () => accounts.lockouts,
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

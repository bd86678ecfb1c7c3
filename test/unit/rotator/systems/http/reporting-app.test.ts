import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../../../rotator/clock.ts";
import { systemConfigSchema } from "../../../../../rotator/systems/config.ts";
import { createSystem } from "../../../../../rotator/systems/create-system.ts";
import type { StepContext, System } from "../../../../../rotator/systems/system.ts";

const users = new Map<string, { password: string; admin: boolean }>();
let down = false;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Record<string, string>;
  const send = (status: number, value?: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  };
  if (down) return send(503, { error: "maintenance" });
  const caller = request.headers.authorization?.replace("Bearer session-of-", "");
  const path = request.url ?? "";
  if (path === "/api/login") {
    const user = users.get(body.username ?? "");
    if (user?.password !== body.password) return send(401, { error: "invalid_credentials" });
    return send(200, { token: `session-of-${body.username}`, admin: user?.admin });
  }
  if ((body.new_password ?? body.password ?? "").length < 12)
    return send(422, { error: "password_policy" });
  const admin = path.match(/^\/api\/admin\/users\/([^/]+)\/password$/)?.[1];
  const target = admin === undefined ? caller : decodeURIComponent(admin);
  const user = users.get(target ?? "");
  if (user === undefined) return send(404);
  if (admin === undefined && user.password !== body.current_password) return send(403);
  user.password = (body.new_password ?? body.password) as string;
  return send(204);
}

const server = createServer((request, response) => void answer(request, response));
const context: StepContext = {
  signal: new AbortController().signal,
  log: pino({ level: "silent" }),
  clock: systemClock,
};
const old = { username: "svc-reporting", password: "old-password-1" };
const next = { username: "svc-reporting", password: "next-password-2" };
let byAccount: System;
let byAdmin: System;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = { type: "http", recipe: "reporting-app", origin, allow_plain_http: true };
  const dependencies = {
    name: "reporting-app",
    log: context.log,
    directory: process.cwd(),
    environment: { ADMIN_PASSWORD: "admin-password" },
  };
  const admin = { username: "root", password_env: "ADMIN_PASSWORD" };
  byAccount = await createSystem(systemConfigSchema.parse(base), dependencies);
  const withAdmin = { ...base, authority: "admin", admin };
  byAdmin = await createSystem(systemConfigSchema.parse(withAdmin), dependencies);
});

afterAll(async () => {
  await byAccount.close?.();
  await byAdmin.close?.();
  server.close();
});

beforeEach(() => {
  down = false;
  users.set("svc-reporting", { password: old.password, admin: false });
  users.set("root", { password: "admin-password", admin: true });
});

test("the account itself changes its password", async () => {
  expect(await byAccount.probe(old, context)).toEqual({ result: "valid" });
  expect(await byAccount.probe(next, context)).toEqual({ result: "invalid" });
  expect(await byAccount.change(old, next, context)).toEqual({ result: "changed" });
  expect(await byAccount.probe(next, context)).toEqual({ result: "valid" });
  expect(await byAccount.probe(old, context)).toEqual({ result: "invalid" });
  expect(byAccount.reconcile).toBeUndefined();
});

test("the admin credential changes the password, with and without the current one", async () => {
  expect(await byAdmin.change(old, next, context)).toEqual({ result: "changed" });
  expect(await byAdmin.reconcile?.(old, context)).toEqual({ result: "changed" });
  expect(await byAdmin.probe(old, context)).toEqual({ result: "valid" });
});

test("a password that the system's policy refuses is rejected", async () => {
  const weak = { username: "svc-reporting", password: "short" };
  const rejected = { result: "rejected", reason: "password_policy" };
  expect(await byAccount.change(old, weak, context)).toEqual(rejected);
  expect(await byAdmin.change(old, weak, context)).toEqual(rejected);
});

test("an account that does not exist is refused", async () => {
  const nobody = { username: "../root", password: "next-password-2" };
  expect(await byAdmin.change(nobody, nobody, context)).toEqual({
    result: "refused",
    reason: "account_not_found",
  });
});

test("a system that is down proves nothing", async () => {
  down = true;
  expect(await byAccount.probe(old, context)).toMatchObject({ result: "unknown" });
  expect(await byAccount.change(old, next, context)).toMatchObject({ result: "ambiguous" });
});

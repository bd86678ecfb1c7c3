import { describe, expect, test } from "vitest";
import { type ContractFeature, systemContract } from "../../../../../rotator/testing/contract.ts";
import { startReportingApp } from "../../../../harness/reporting-app/start.ts";
import { stepContext, systemFrom } from "../support.ts";

const ADMIN = { username: "root", password: "Admin-password-1", admin: true };
let count = 0;

async function start(authority: "account" | "admin") {
  const current = { username: "svc-reporting", password: "First-password-1" };
  const app = await startReportingApp({ accounts: [current, ADMIN], history: 2 });
  const system = await systemFrom(
    {
      type: "http",
      recipe: "reporting-app",
      origin: app.url,
      allow_plain_http: true,
      authority,
      ...(authority === "admin" && {
        admin: { username: ADMIN.username, password_env: "ADMIN_PASSWORD" },
      }),
    },
    { ADMIN_PASSWORD: ADMIN.password },
  );
  return { app, system, current };
}

const FEATURES: Record<"account" | "admin", readonly ContractFeature[]> = {
  account: ["passwords", "compares-current", "policy", "outage"],
  admin: ["passwords", "policy", "outage", "reconcile"],
};

describe.each(["account", "admin"] as const)("reporting-app, authority %s", (authority) => {
  const checks = systemContract(FEATURES[authority], async () => {
    const { app, system, current } = await start(authority);
    return {
      system,
      current,
      freshPassword: () => `Fresh-password-${count++}%&+`,
      weakPassword: "short",
      outage: {
        begin: () => app.faults.inject("error-before", { at: "login", times: 20 }),
        end: () => app.faults.clear(),
      },
      dispose: () => app.stop(),
    };
  });
  for (const { name, run } of checks) test(name, run);

  const next = { username: "svc-reporting", password: "Next-password-2" };

  test.each([
    ["error-after", "ambiguous", "valid"],
    ["reset-after", "ambiguous", "valid"],
    ["reset-before", "ambiguous", "invalid"],
    ["read-only", "ambiguous", "invalid"],
    ["reject-policy", "rejected", "invalid"],
    ["reject-reuse", "rejected", "invalid"],
  ] as const)("a change that meets %s is %s, and the new password is %s", async (fault, result, probe) => {
    const { app, system, current } = await start(authority);
    app.faults.inject(fault, { at: "change" });
    expect((await system.change(current, next, stepContext())).result).toBe(result);
    expect((await system.probe(next, stepContext())).result).toBe(probe);
    await system.close?.();
    await app.stop();
  });

  test("a locked account is unknown, whatever the password", async () => {
    const { app, system, current } = await start(authority);
    app.faults.inject("locked");
    expect(await system.probe(current, stepContext())).toEqual({
      result: "unknown",
      reason: "account_locked",
      account: "locked",
      status: 423,
    });
    await system.close?.();
    await app.stop();
  });
});

test("an admin credential of somebody who is not an admin is refused", async () => {
  const current = { username: "svc-reporting", password: "First-password-1" };
  const app = await startReportingApp({ accounts: [current] });
  const system = await systemFrom(
    {
      type: "http",
      recipe: "reporting-app",
      origin: app.url,
      allow_plain_http: true,
      authority: "admin",
      admin: { username: current.username, password_env: "ADMIN_PASSWORD" },
    },
    { ADMIN_PASSWORD: current.password },
  );
  const change = await system.change(current, current, stepContext());
  expect(change).toEqual({
    result: "refused",
    reason: "login_not_an_admin",
    authority: "admin",
    status: 200,
  });
  await system.close?.();
  await app.stop();
});

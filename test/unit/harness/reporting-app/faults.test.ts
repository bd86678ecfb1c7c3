import { Agent, request } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAuthority } from "../../../harness/pki.ts";
import { startReportingApp } from "../../../harness/reporting-app/index.ts";
import { SERVICE, setAppStage } from "./stage.ts";

const NEXT = "Second-password-2";
const INSTANT = {
  now: Date.now,
  monotonic: Date.now,
  sleep: async () => {},
  after: () => () => {},
};

describe("faults of a password change", () => {
  it.each([
    ["error-before", 500, false],
    ["error-after", 502, true],
    ["read-only", 503, false],
    ["reject-policy", 422, false],
    ["reject-reuse", 422, false],
  ] as const)("%s answers %i, changed: %s", async (fault, status, changed) => {
    const { app, changeOwn } = await setAppStage();
    app.faults.inject(fault, { at: "change" });
    expect((await changeOwn(NEXT)).status).toBe(status);
    expect(await app.accepts(SERVICE.username, NEXT)).toBe(changed);
    expect(await app.accepts(SERVICE.username, SERVICE.password)).toBe(!changed);
  });

  it.each([
    ["reset-before", false],
    ["reset-after", true],
  ] as const)("%s cuts the connection, changed: %s", async (fault, changed) => {
    const { app, changeOwn } = await setAppStage();
    app.faults.inject(fault, { at: "change" });
    await expect(changeOwn(NEXT)).rejects.toThrow("fetch failed");
    expect(await app.accepts(SERVICE.username, NEXT)).toBe(changed);
  });

  it("late says yes at once and applies the change later", async () => {
    const { app, clock, changeOwn } = await setAppStage();
    app.faults.inject("late", { milliseconds: 5000 });
    expect((await changeOwn(NEXT)).status).toBe(204);
    expect(await app.accepts(SERVICE.username, NEXT)).toBe(false);
    await clock.advance(5000);
    expect(await app.accepts(SERVICE.username, NEXT)).toBe(true);
    expect(await app.accepts(SERVICE.username, SERVICE.password)).toBe(false);
  });

  it("overlap accepts both passwords for a time", async () => {
    const { app, clock, login, changeOwn } = await setAppStage();
    app.faults.inject("overlap", { milliseconds: 5000 });
    await changeOwn(NEXT);
    expect((await login(SERVICE.username, SERVICE.password)).status).toBe(200);
    expect((await login(SERVICE.username, NEXT)).status).toBe(200);
    await clock.advance(5000);
    expect((await login(SERVICE.username, SERVICE.password)).status).toBe(401);
    expect(await app.accepts(SERVICE.username, NEXT)).toBe(true);
  });

  it("slow waits before it does the work", async () => {
    const { app, changeOwn } = await setAppStage({ clock: INSTANT });
    app.faults.inject("slow", { at: "change" });
    expect((await changeOwn(NEXT)).status).toBe(204);
  });
});

describe("faults of a login", () => {
  it("answer as told and count no bad login", async () => {
    const { app, login } = await setAppStage();
    const attempt = () => login(SERVICE.username, SERVICE.password);
    app.faults.inject("error-before", { at: "login" });
    app.faults.inject("locked", { times: 2 });
    expect((await attempt()).status).toBe(503);
    expect((await attempt()).status).toBe(423);
    expect((await attempt()).status).toBe(423);
    expect((await attempt()).status).toBe(200);
    app.faults.inject("reset-before", { at: "login" });
    await expect(attempt()).rejects.toThrow("fetch failed");
    expect(app.events.all("login-failed")).toEqual([]);
  });
});

describe("startReportingApp", () => {
  it("serves HTTPS with the given certificate", async () => {
    const authority = await createAuthority();
    const app = await startReportingApp({
      certificate: await authority.issue({ hosts: ["localhost"] }),
    });
    const dispatcher = new Agent({ connect: { ca: authority.cert } });
    onTestFinished(async () => {
      await Promise.all([app.stop(), dispatcher.close()]);
    });
    expect(app.url).toMatch(/^https:\/\/localhost:\d+$/);
    const { statusCode } = await request(`${app.url}/healthz`, { dispatcher });
    expect(statusCode).toBe(200);
  });
});

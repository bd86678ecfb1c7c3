import { describe, expect, it } from "vitest";
import { ADMIN, SERVICE, setAppStage } from "./stage.ts";

const NEXT = "Second-password-2";

describe("logging in", () => {
  it("gives a session and says who it is", async () => {
    const { login, send } = await setAppStage();
    const { status, body } = await login(SERVICE.username, SERVICE.password);
    expect([status, body]).toEqual([
      200,
      { token: expect.any(String), username: SERVICE.username, admin: false },
    ]);
    expect((await send("GET", "/api/me", undefined, String(body?.token))).body).toEqual({
      username: SERVICE.username,
      admin: false,
    });
    expect((await login(ADMIN.username, ADMIN.password)).body).toMatchObject({ admin: true });
  });

  it("refuses a wrong password and an unknown user alike", async () => {
    const { login } = await setAppStage();
    const refusal = { status: 401, body: { error: "invalid_credentials" } };
    expect(await login(SERVICE.username, "wrong")).toEqual(refusal);
    expect(await login("nobody", "wrong")).toEqual(refusal);
  });

  it("locks the account after five bad logins in a row, for a time", async () => {
    const { app, clock, login } = await setAppStage({ lockFor: 60_000 });
    for (let count = 0; count < 4; count += 1) await login(SERVICE.username, "wrong");
    expect((await login(SERVICE.username, SERVICE.password)).status).toBe(200);
    for (let count = 0; count < 5; count += 1) await login(SERVICE.username, "wrong");
    expect(await login(SERVICE.username, SERVICE.password)).toEqual({
      status: 423,
      body: { error: "locked" },
    });
    expect(app.isLocked(SERVICE.username)).toBe(true);
    expect(app.events.all("account-locked")).toHaveLength(1);
    expect(app.events.all("login-refused-while-locked")).toHaveLength(1);
    await clock.advance(60_000);
    expect((await login(SERVICE.username, SERVICE.password)).status).toBe(200);
  });

  it("ends sessions after their time", async () => {
    const { clock, send, session } = await setAppStage({ sessionLifetime: 1000 });
    const token = await session(SERVICE);
    await clock.advance(1000);
    expect((await send("GET", "/api/me", undefined, token)).status).toBe(401);
  });
});

describe("changing one's own password", () => {
  it("makes the new one count, the old one not, and ends the sessions", async () => {
    const { app, login, send, session, changeOwn } = await setAppStage();
    const token = await session(SERVICE);
    expect(await changeOwn(NEXT, token)).toEqual({ status: 204, body: undefined });
    expect((await login(SERVICE.username, NEXT)).status).toBe(200);
    expect((await login(SERVICE.username, SERVICE.password)).status).toBe(401);
    expect((await send("GET", "/api/me", undefined, token)).status).toBe(401);
    expect(await app.accepts(SERVICE.username, NEXT)).toBe(true);
    expect(app.events.all().map(({ event }) => event)).toEqual([
      "login-succeeded",
      "password-changed",
      "login-succeeded",
      "login-failed",
    ]);
  });

  it("needs a session and the current password", async () => {
    const { send, session } = await setAppStage();
    const body = { current_password: "wrong", new_password: NEXT };
    expect((await send("POST", "/api/me/password", body)).status).toBe(401);
    expect(await send("POST", "/api/me/password", body, await session(SERVICE))).toEqual({
      status: 403,
      body: { error: "wrong_current_password" },
    });
  });

  it.each([
    ["short-1A", "12 to 64 characters"],
    [`Long-1${"x".repeat(60)}`, "12 to 64 characters"],
    ["no-upper-case-1", "at least one uppercase"],
    ["No-number-at-all", "at least one number"],
    ['Quoted-"word"-1', "not allowed"],
    [SERVICE.password, "one of the last 5"],
  ])("refuses %j by policy", async (password, text) => {
    const { app, changeOwn } = await setAppStage();
    const { status, body } = await changeOwn(password);
    expect([status, body]).toEqual([
      422,
      { error: "password_policy", message: expect.stringContaining(text) },
    ]);
    expect(await app.accepts(SERVICE.username, SERVICE.password)).toBe(true);
    expect(app.events.all("password-rejected")).toHaveLength(1);
  });

  it("remembers as many passwords as the history has", async () => {
    const { send, session } = await setAppStage({ history: 2 });
    const admin = await session(ADMIN);
    const set = async (password: string) => {
      const path = `/api/admin/users/${SERVICE.username}/password`;
      return (await send("PUT", path, { password }, admin)).status;
    };
    expect(await set(NEXT)).toBe(204);
    expect(await set(SERVICE.password)).toBe(422);
    expect(await set("Third-password-3")).toBe(204);
    expect(await set(SERVICE.password)).toBe(204);
  });
});

describe("setting a password as administrator", () => {
  const path = `/api/admin/users/${SERVICE.username}/password`;

  it("needs no current password and lifts a lock", async () => {
    const { app, login, send, session } = await setAppStage();
    for (let count = 0; count < 5; count += 1) await login(SERVICE.username, "wrong");
    const admin = await session(ADMIN);
    expect((await send("PUT", path, { password: NEXT }, admin)).status).toBe(204);
    expect(app.isLocked(SERVICE.username)).toBe(false);
    expect((await login(SERVICE.username, NEXT)).status).toBe(200);
  });

  it("is for administrators, existing users and passwords that fit", async () => {
    const { send, session } = await setAppStage();
    const admin = await session(ADMIN);
    expect((await send("PUT", path, { password: NEXT })).status).toBe(401);
    expect((await send("PUT", path, { password: NEXT }, await session(SERVICE))).status).toBe(403);
    const unknown = "/api/admin/users/nobody/password";
    expect((await send("PUT", unknown, { password: NEXT }, admin)).status).toBe(404);
    expect((await send("PUT", path, { password: "short" }, admin)).status).toBe(422);
    expect((await send("PUT", path, {}, admin)).status).toBe(400);
  });
});

describe("the application", () => {
  it("reports its health and answers what it does not know", async () => {
    const { send } = await setAppStage();
    expect(await send("GET", "/healthz")).toEqual({ status: 200, body: { status: "ok" } });
    expect((await send("GET", "/nowhere")).status).toBe(404);
  });

  it("writes no password into its events, whatever happens", async () => {
    const { app, login, changeOwn } = await setAppStage();
    await login(SERVICE.username, "Canary-wrong-1");
    await changeOwn("Canary-next-password-1");
    await changeOwn("canary");
    expect(JSON.stringify(app.events.all())).not.toMatch(/canary/i);
  });
});

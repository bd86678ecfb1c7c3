import { request } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import { CONTROL_HEADER, startGateway } from "../../../harness/gateway/index.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { type GatewayStage, SECRET, setStage } from "./api.ts";

async function control(
  { gateway }: GatewayStage,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${gateway.url}/_emulator${path}`, {
    method,
    headers: { "content-type": "application/json", [CONTROL_HEADER]: gateway.controlToken },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("the control endpoints", () => {
  it.each([
    ...["GET /state", "GET /events", "GET /timeline", "GET /export", "GET /clock", "GET /stream"],
    ...["POST /import", "POST /reset", "POST /clock/advance", "POST /clock/run", "POST /value"],
    ...["POST /rotate", "POST /sessions", "DELETE /sessions/1", "POST /faults", "DELETE /faults"],
  ])("ask for the control token, in a header and nowhere else: %s", async (call) => {
    const { gateway } = await setStage();
    const [method = "", path] = call.split(" ");
    const { controlToken: token } = gateway;
    for (const [query, headers] of [
      ["", {}],
      ["", { [CONTROL_HEADER]: `${token.slice(0, -1)}!` }],
      [`?token=${token}&${CONTROL_HEADER}=${token}`, { cookie: `token=${token}` }],
      ["", { authorization: `Bearer ${token}` }],
    ] as const) {
      const response = await fetch(`${gateway.url}/_emulator${path}${query}`, { method, headers });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(token);
    }
  });

  it("read a whole account only from somebody with the token", async () => {
    const stage = await setStage();
    const state = { ...stage.gateway.exportState(), padding: "x".repeat(2 << 20) };
    expect((await control(stage, "POST", "/import", state)).status).toBe(200);
    const stranger = await fetch(`${stage.gateway.url}/_emulator/import`, {
      ...{ method: "POST", body: "{this is not read" },
      headers: { "content-type": "application/json" },
    });
    expect(stranger.status).toBe(401);
  });

  it("move the clock and show state and events without payloads", async () => {
    const stage = await setStage();
    await stage.createSecret({ "auto-rotate": "true", "custom-payload": "canary" });
    stage.rotator.answer = () => "canary too";
    const { body } = await control(stage, "POST", "/clock/advance", {
      milliseconds: 30 * 86_400_000,
    });
    expect(body.now).toBe(new Date(stage.gateway.clock.now()).toISOString());
    const state = await control(stage, "GET", "/state");
    expect(state.body).toMatchObject({
      items: [{ name: SECRET, versions: [1, 2], status: "RotationSucceeded", last_error: null }],
      targets: [{ name: "/rotator", url: stage.rotator.url }],
    });
    const events = await control(stage, "GET", "/events");
    expect(events.body).toMatchObject([{ type: "rotated-secret-success" }]);
    expect(JSON.stringify([state, events])).not.toContain("canary");
  });

  it("let the clock run, also after a jump, until it is told to stand still", async () => {
    const stage = await setStage();
    expect((await control(stage, "GET", "/clock")).body).toMatchObject({ speed: 0 });
    await control(stage, "POST", "/clock/run", { speed: 1_000 });
    const jump = await control(stage, "POST", "/clock/advance", { milliseconds: 86_400_000 });
    expect(jump.body).toMatchObject({ speed: 1_000 });
    const jumped = Date.parse(String(jump.body.now));
    await expect.poll(() => stage.gateway.clock.now()).toBeGreaterThan(jumped);
    expect((await control(stage, "POST", "/clock/still")).body).toMatchObject({ speed: 0 });
  });

  it("tell why a rotation failed without the payload that the rotator's answer repeats", async () => {
    const stage = await setStage();
    await stage.createSecret({
      ...{ "auto-rotate": "true", "custom-payload": '{"password":"canary-7Q"}' },
      ...{ "secure-access-enable": true, "rotate-after-disconnect": true },
    });
    stage.rotator.answer = () => ({ status: 500, body: "canary-7Q was refused" });
    const { body: session } = await control(stage, "POST", "/sessions", { item: SECRET });
    const closed = await control(stage, "DELETE", `/sessions/${session.id}`);
    await control(stage, "POST", "/clock/advance", { milliseconds: 30 * 86_400_000 });
    const events = await control(stage, "GET", "/events");
    const state = await control(stage, "GET", "/state");
    expect(events.body).toMatchObject([{ type: "rotated-secret-failure" }]);
    for (const answer of [closed, events, state]) {
      expect(JSON.stringify(answer)).toContain("was refused");
      expect(JSON.stringify(answer)).not.toContain("canary");
    }
  });

  it("open and close sessions", async () => {
    const stage = await setStage();
    await stage.createSecret({ "secure-access-enable": true, "rotate-after-disconnect": true });
    const opened = await control(stage, "POST", "/sessions", { item: SECRET, user: "ada" });
    expect(opened).toMatchObject({ status: 201, body: { item: SECRET, user: "ada" } });
    const closed = await control(stage, "DELETE", `/sessions/${opened.body.id}`);
    expect(closed).toEqual({ status: 200, body: { rotation: "done" } });
    expect(await stage.payload()).toBe("rotated-1");
  });

  it("inject and clear faults", async () => {
    const stage = await setStage();
    await stage.createSecret();
    const injected = await control(stage, "POST", "/faults", { name: "keep-old", times: 2 });
    expect(injected.body).toEqual([{ name: "keep-old", at: "store", left: 2 }]);
    await stage.rotate();
    expect(await stage.payload()).toBe("first");
    await control(stage, "DELETE", "/faults");
    await stage.rotate();
    expect(await stage.payload()).toBe("rotated-2");
  });

  it.each([
    ["POST", "/clock/advance", { milliseconds: -1 }],
    ["POST", "/sessions", { item: "/absent" }],
    ["POST", "/faults", { name: "earthquake" }],
    ["POST", "/faults", { name: "read-only" }],
    ["DELETE", "/sessions/unknown", undefined],
    ["POST", "/rotate", { item: "/absent" }],
    ["POST", "/value", { item: "/absent" }],
    ["POST", "/logins", { item: "/absent" }],
  ])("answer %s %s %j with 400", async (method, path, body) => {
    const stage = await setStage();
    expect((await control(stage, method, path, body)).status).toBe(400);
  });
});

describe("the control endpoints of the console", () => {
  it("rotate, and show a value where it is asked for", async () => {
    const stage = await setStage();
    await stage.createSecret();
    expect((await control(stage, "POST", "/rotate", { item: SECRET })).body).toEqual({
      outcome: "succeeded",
    });
    const value = await control(stage, "POST", "/value", { item: SECRET, version: 1 });
    expect(value.body).toEqual({ payload: "first" });
    stage.rotator.answer = () => ({ status: 500, body: '{"error":"rotated-1 is wrong"}' });
    expect((await control(stage, "POST", "/rotate", { item: SECRET })).body).toEqual({
      outcome: "failed",
    });
    const { body } = await control(stage, "GET", "/state");
    expect(JSON.stringify(body)).toMatch(/last_error":"creds rotation failed/);
    expect(JSON.stringify(body)).not.toContain("rotated-1");
  });

  it("tell everything first and then what changes, without a payload", async () => {
    const stage = await setStage({ login: async (payload) => payload === "canary-2" });
    await stage.createSecret({ "custom-payload": "canary-1", "secure-access-enable": true });
    const end = new AbortController();
    onTestFinished(() => end.abort());
    const response = await fetch(`${stage.gateway.url}/_emulator/stream`, {
      headers: { [CONTROL_HEADER]: stage.gateway.controlToken },
      signal: end.signal,
    });
    let text = "";
    const reading = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const told = async (what: RegExp) => {
      while (!what.test(text)) text += (await reading?.read())?.value ?? "";
    };
    await told(/^event: snapshot\ndata: .*\n\n/);
    stage.rotator.answer = () => "canary-2";
    await stage.rotate();
    await told(/event: change\ndata: .*"version":2,.*"opens":true/);
    stage.gateway.openSession(SECRET, "ada");
    stage.gateway.faults.inject("keep-old");
    await stage.gateway.advance(60_000);
    await told(/"user":"ada"/);
    await told(/"name":"keep-old"/);
    await stage.post("/delete-item", { name: SECRET });
    await told(/"removed":\[\d+\]/);
    stage.gateway.reset();
    await told(/event: snapshot\n.*event: snapshot\n/s);
    expect(text).not.toContain("canary");
  });

  it.each([
    ["another name leads here", { host: "gateway.example.com" }, 421],
    ["a page of another site asks", { "sec-fetch-site": "cross-site" }, 403],
    ["a page of a neighbour asks", { "sec-fetch-site": "same-site" }, 403],
    ["a name of this network leads here", { host: "gateway:8081" }, 200],
    ["an address leads here", { host: "[::1]:8081" }, 200],
  ])("answer with a status of their own where %s", async (_, headers, status) => {
    const { gateway } = await setStage();
    const answer = await request(`${gateway.url}/_emulator/state`, {
      headers: { [CONTROL_HEADER]: gateway.controlToken, ...headers },
    });
    expect(answer.statusCode).toBe(status);
    await answer.body.dump();
  });

  it("serve a page that may ask nobody else and be framed by nobody", async () => {
    const { gateway } = await setStage();
    const page = await fetch(`${gateway.url}/console`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; .*frame-ancestors 'none'; require-trusted-types-for 'script'/,
    );
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await page.text()).not.toContain(gateway.controlToken);
    const script = await fetch(`${gateway.url}/console/console.js`);
    expect(await script.text()).toContain("Copyright (c) 2017 Google LLC");
    const strange = await request(`${gateway.url}/console`, { headers: { host: "evil.example" } });
    expect(strange.statusCode).toBe(421);
    await strange.body.dump();
  });
});

describe("startGateway", () => {
  it("serves HTTPS beside HTTP, on loopback only, and stops twice without harm", async () => {
    const authority = await createAuthority();
    const gateway = await startGateway({
      certificate: await authority.issue({ hosts: ["localhost"] }),
    });
    expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(gateway.tlsUrl).toMatch(/^https:\/\/localhost:\d+$/);
    await gateway.stop();
    await gateway.stop();
    await expect(fetch(gateway.url)).rejects.toThrow();
  });

  it("fails with Node's error when its port is taken", async () => {
    const { gateway } = await setStage();
    const port = Number(new URL(gateway.url).port);
    await expect(startGateway({ port })).rejects.toThrow("EADDRINUSE");
  });
});

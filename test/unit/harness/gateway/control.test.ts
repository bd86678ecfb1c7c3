import { describe, expect, it } from "vitest";
import { CONTROL_HEADER, startGateway } from "../../../harness/gateway/index.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { SECRET, type Stage, setStage } from "./api.ts";

async function control(
  { gateway }: Stage,
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
  it("ask for the control token", async () => {
    const { gateway } = await setStage();
    const response = await fetch(`${gateway.url}/_emulator/state`);
    expect(response.status).toBe(401);
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
  ])("answer %s %s %j with 400", async (method, path, body) => {
    const stage = await setStage();
    expect((await control(stage, method, path, body)).status).toBe(400);
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

import { describe, expect, it } from "vitest";
import type { FaultName, FaultPoint } from "../../../harness/faults.ts";
import { GATEWAY_FAULTS } from "../../../harness/gateway/fault-table.ts";
import { type GatewayStage, postJson, SECRET, setStage } from "./api.ts";

describe("faults between gateway and rotator", () => {
  it.each([
    ["error-before", 0, "unexpected response code 503"],
    ["error-after", 1, "unexpected response code 502"],
    ["reset-before", 0, "EOF"],
    ["reset-after", 1, "EOF"],
    ["cut-body", 0, "EOF"],
    ["late", 1, "context deadline exceeded"],
  ] as const)("%s reaches the rotator %i times and fails", async (fault, requests, text) => {
    const stage = await setStage();
    await stage.createSecret();
    stage.gateway.faults.inject(fault);
    expect((await stage.rotate()).body.error).toContain(text);
    expect(stage.rotator.requests).toHaveLength(requests);
    expect(await stage.payload()).toBe("first");
    expect((await stage.rotate()).status).toBe(200);
  });

  it("duplicate sends the same request twice and keeps the first answer", async () => {
    const stage = await setStage();
    await stage.createSecret();
    stage.gateway.faults.inject("duplicate");
    expect((await stage.rotate()).status).toBe(200);
    expect(stage.rotator.requests.map(({ body }) => body.payload)).toEqual(["first", "first"]);
    expect((await stage.describe()).last_version).toBe(2);
  });

  it("replay sends the old request again after its answer was stored", async () => {
    const stage = await setStage();
    await stage.createSecret();
    stage.gateway.faults.inject("replay");
    await stage.rotate();
    expect(stage.rotator.requests.map(({ body }) => body.payload)).toEqual(["first", "first"]);
    expect(await stage.payload()).toBe("rotated-1");
  });

  it("hang-up cuts the connection while the rotator is at work", async () => {
    const stage = await setStage();
    await stage.createSecret();
    stage.rotator.answer = () => new Promise(() => undefined);
    stage.gateway.faults.inject("hang-up", { milliseconds: 20 });
    expect((await stage.rotate()).body.error).toContain("context deadline exceeded");
    expect(stage.rotator.requests).toHaveLength(1);
  });

  it("skip lets requests pass before it strikes", async () => {
    const stage = await setStage();
    await stage.createSecret();
    stage.gateway.faults.inject("error-before", { skip: 1, times: 2 });
    const statuses = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await stage.rotate()).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  it("slow delays the request", async () => {
    const stage = await setStage();
    await stage.createSecret();
    stage.gateway.faults.inject("slow", { milliseconds: 5 });
    expect((await stage.rotate()).status).toBe(200);
  });
});

describe("faults of the store", () => {
  it("keep-old loses the answer of a rotation", async () => {
    const stage = await setStage();
    await stage.createSecret();
    stage.gateway.faults.inject("keep-old");
    expect((await stage.rotate()).body.error).toContain("could not be stored");
    expect(stage.rotator.requests).toHaveLength(1);
    expect(await stage.payload()).toBe("first");
    expect((await stage.describe()).last_version).toBe(1);
  });

  it("restore-previous puts the version before back", async () => {
    const stage = await setStage();
    await stage.createSecret();
    stage.gateway.faults.inject("restore-previous");
    await stage.rotate();
    expect([await stage.payload(), await stage.payload(2)]).toEqual(["first", "rotated-1"]);
  });
});

describe("faults of the validator", () => {
  const validate = async (url: string, creds: string) =>
    postJson(`${url}/validate-producer-credentials`, { creds, expected_access_id: "p-gateway" });

  it.each([
    ["error-before", { status: 500, body: { error: "internal server error" } }],
    ["wrong-access-id", { status: 200, body: { access_id: "p-somebody-else" } }],
    ["slow", { status: 200, body: { access_id: "p-gateway", sub_claims: {} } }],
  ] as const)("%s", async (fault, answer) => {
    const { gateway } = await setStage();
    gateway.faults.inject(fault, { at: "validation", milliseconds: 5 });
    const creds = await gateway.issueCredentials(SECRET);
    expect(await validate(gateway.url, creds)).toEqual(answer);
    expect((await validate(gateway.url, creds)).status).toBe(200);
  });

  it("reset-before, redirect and huge-body", async () => {
    const { gateway } = await setStage();
    const send = () =>
      fetch(`${gateway.url}/validate-producer-credentials`, { method: "POST", redirect: "manual" });
    gateway.faults.inject("reset-before", { at: "validation", times: Infinity });
    await expect(send()).rejects.toThrow("fetch failed");
    await expect(send()).rejects.toThrow("fetch failed");
    gateway.faults.clear();
    gateway.faults.inject("redirect");
    expect((await send()).status).toBe(302);
    gateway.faults.inject("huge-body");
    expect((await (await send()).text()).length).toBeGreaterThan(4 << 20);
  });
});

describe("faults of the API", () => {
  it("strike the path that they name, before or after the work", async () => {
    const stage = await setStage();
    const target = (name: string) =>
      stage.post("/target-create-web", { name, url: "https://x" }).catch(() => "no answer");
    const path = "/target-create-web";
    stage.gateway.faults.inject("error-before", { at: "api", path });
    stage.gateway.faults.inject("error-after", { at: "api", path });
    stage.gateway.faults.inject("reset-before", { at: "api", path });
    stage.gateway.faults.inject("reset-after", { at: "api", path });
    expect((await stage.post("/target-list")).status).toBe(200);
    expect(await target("/a")).toMatchObject({ status: 500 });
    expect(await target("/b")).toMatchObject({ status: 502 });
    expect(await target("/c")).toBe("no answer");
    expect(await target("/d")).toBe("no answer");
    expect((await stage.post("/target-list")).body).toMatchObject({
      targets: [{ target_name: "/b" }, { target_name: "/d" }],
    });
  });

  it("name what can be injected when asked for something else", async () => {
    const { gateway } = await setStage();
    expect(() => gateway.faults.inject("read-only")).toThrow(
      'fault "read-only" cannot be injected; possible here: rotation: error-before',
    );
    expect(() => gateway.faults.inject("replay", { at: "store" })).toThrow('at "store"');
  });
});

describe("a fault with a subject", () => {
  it("strikes only its item", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.createSecret({ name: "/other" });
    stage.gateway.faults.inject("error-before", { item: "other" });
    expect((await stage.rotate()).status).toBe(200);
    expect((await stage.post("/gateway-rotate-secret", { name: "/other" })).status).toBe(500);
    expect((await stage.post("/gateway-rotate-secret", { name: "/other" })).status).toBe(200);
  });

  it("falls the same way every time with a probability and a seed, until it is cleared", async () => {
    const fallsOf = async (seed: number) => {
      const stage = await setStage();
      await stage.createSecret();
      stage.gateway.faults.inject("error-before", { probability: 0.5, seed });
      const falls: number[] = [];
      for (let round = 0; round < 12; round += 1) falls.push((await stage.rotate()).status);
      stage.gateway.faults.clear();
      expect((await stage.rotate()).status).toBe(200);
      return falls;
    };
    const first = await fallsOf(1);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await fallsOf(1)).toEqual(first);
  });
});

it("strikes once by every name at every step, and the gateway goes on after it", async () => {
  const stage = await setStage();
  await stage.createSecret();
  const { gateway } = stage;
  for (const [at, names] of Object.entries(GATEWAY_FAULTS) as [FaultPoint, readonly FaultName[]][])
    for (const name of names) {
      gateway.faults.inject(name, { at, milliseconds: 5 });
      const struck = at === "validation" ? validate(stage) : stage.rotate();
      // A connection that was cut is a fault too.
      await struck.catch(() => undefined);
      expect([at, name, gateway.faults.pending()]).toEqual([at, name, []]);
      expect((await validate(stage)).status).toBe(200);
      expect((await stage.rotate()).status).toBe(200);
    }
});

async function validate({ gateway }: GatewayStage) {
  return postJson(`${gateway.url}/validate-producer-credentials`, {
    creds: await gateway.issueCredentials(SECRET),
    expected_access_id: gateway.gatewayAccessId,
  });
}

import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAuthority } from "../../../harness/pki.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { postJson, SECRET, setStage } from "./api.ts";
import { startRotatorDouble } from "./rotator-double.ts";

describe("a rotation on demand", () => {
  it("calls the target's URL as stored and keeps the answer as a new version", async () => {
    const stage = await setStage();
    await stage.createSecret();
    expect(await stage.rotate()).toEqual({ status: 200, body: { name: SECRET } });
    expect(stage.rotator.requests).toMatchObject([
      {
        method: "POST",
        url: "/rotate",
        contentType: "application/json",
        body: { payload: "first" },
      },
    ]);
    expect(await stage.payload()).toBe("rotated-1");
    expect(await stage.describe()).toMatchObject({
      last_version: 2,
      last_rotation_date: new Date(stage.gateway.clock.now()).toISOString(),
      item_general_info: { rotated_secret_details: { rotator_status: "RotationSucceeded" } },
    });
  });

  it("sends credentials that the validator accepts for this gateway and item only", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.rotate();
    const creds = stage.rotator.requests[0]?.credentials ?? "";
    expect(decodeJwt(creds)).toMatchObject({
      access_id: "p-gateway",
      attaches: JSON.stringify({ account_id: "acc-emulated", item_name: SECRET }),
    });
    const validate = (fields: object) =>
      postJson(`${stage.gateway.url}/validate-producer-credentials`, {
        creds,
        expected_access_id: "p-gateway",
        ...fields,
      });
    expect(await validate({ expected_item_name: SECRET })).toEqual({
      status: 200,
      body: { access_id: "p-gateway", sub_claims: {} },
    });
    expect((await validate({ expected_item_name: "" })).status).toBe(200);
    expect((await validate({ expected_item_name: "/prod/other" })).status).toBe(401);
    expect((await validate({ expected_access_id: "p-foreign" })).status).toBe(401);
    expect((await validate({ creds: `${creds}x` })).status).toBe(401);
    expect((await validate({ creds: 1 })).status).toBe(400);
    const expired = await stage.gateway.issueCredentials(SECRET, { expiresIn: -5 });
    expect((await validate({ creds: expired })).status).toBe(401);
  });

  it("refuses credentials of another gateway", async () => {
    const [one, other] = [await setStage(), await setStage()];
    const { status } = await postJson(`${one.gateway.url}/validate-producer-credentials`, {
      creds: await other.gateway.issueCredentials(SECRET),
      expected_access_id: "p-gateway",
    });
    expect(status).toBe(401);
  });

  it.each([
    [
      { status: 401, body: '{"error":"invalid credentials"}' },
      'unexpected response code 401: {"error":"invalid credentials"}',
    ],
    [
      { status: 404, body: "404 page not found" },
      "unexpected response code 404: 404 page not found",
    ],
    [{ status: 201, body: '{"payload":"x"}' }, 'unexpected response code 201: {"payload":"x"}'],
    [{ status: 302, body: "" }, "unexpected response code 302: "],
    [{ status: 200, body: '{"payload":{"a":1}}' }, "the response has no payload that is a string"],
    [{ status: 200, body: '{"payload":""}' }, "the response has no payload that is a string"],
    [{ status: 200, body: "not json" }, "the response has no payload that is a string"],
  ])("keeps the old value and shows the error for the answer %j", async (answer, text) => {
    const stage = await setStage();
    await stage.createSecret();
    stage.rotator.answer = () => answer;
    const error = `creds rotation failed: ${text}`;
    expect(await stage.rotate()).toEqual({ status: 500, body: { error } });
    expect(await stage.describe()).toMatchObject({
      last_version: 1,
      item_general_info: {
        rotated_secret_details: { rotator_status: "RotationFailed", last_rotation_error: error },
      },
    });
    expect(await stage.payload()).toBe("first");
  });

  it("clears the error with the next success", async () => {
    const stage = await setStage();
    await stage.createSecret();
    stage.rotator.answer = () => ({ status: 500, body: "" });
    await stage.rotate();
    stage.rotator.answer = () => "second";
    await stage.rotate();
    const { rotated_secret_details } = (await stage.describe()).item_general_info;
    expect(rotated_secret_details).not.toHaveProperty("last_rotation_error");
  });

  it("says in Go's words that nobody listens", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.rotator.stop();
    expect((await stage.rotate()).body.error).toMatch(
      /^creds rotation failed: rotate request failed: Post "http.*": dial tcp 127.0.0.1:\d+: connect: connection refused$/,
    );
  });

  it("fails for a target whose URL nobody checked", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.post("/target-update-web", { name: "/rotator", url: "dfcefkmk" });
    expect((await stage.rotate()).body.error).toBe(
      'creds rotation failed: rotate request failed: Post "dfcefkmk": unsupported protocol scheme',
    );
  });

  it("gives up after timeout-sec", async () => {
    const stage = await setStage();
    await stage.createSecret({ "timeout-sec": 1 });
    stage.rotator.answer = () => new Promise(() => undefined);
    expect((await stage.rotate()).body.error).toContain("context deadline exceeded");
  });

  it("runs rotations of one item one after the other", async () => {
    const stage = await setStage();
    await stage.createSecret();
    let running = 0;
    let most = 0;
    stage.rotator.answer = async ({ body }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return `${body.payload}+`;
    };
    await Promise.all([stage.rotate(), stage.rotate(), stage.rotate()]);
    expect(most).toBe(1);
    expect(await stage.payload()).toBe("first+++");
  });

  it("lets an update of the payload wait for the rotation that is under way", async () => {
    const stage = await setStage();
    await stage.createSecret();
    let update: Promise<unknown> = Promise.resolve();
    stage.rotator.answer = () => {
      const byHand = { name: SECRET, "custom-payload": "by hand" };
      update = stage.post("/rotated-secret-update-custom", byHand);
      return "rotated";
    };
    await stage.rotate();
    await update;
    expect([await stage.payload(2), await stage.payload(3)]).toEqual(["rotated", "by hand"]);
  });

  it("signs the machine's time, although its own clock is elsewhere", async () => {
    const stage = await setStage({ clock: new VirtualClock(Date.UTC(2040, 0, 1)) });
    await stage.createSecret();
    await stage.rotate();
    const claims = decodeJwt(stage.rotator.requests[0]?.credentials ?? "");
    expect(claims).toMatchObject({ iss: expect.any(String), jti: expect.any(String) });
    expect(claims.iat).toBeLessThanOrEqual(Date.now() / 1000);
    expect(claims.exp).toBeGreaterThan(Date.now() / 1000);
    expect(claims.exp).toBeLessThan(Date.UTC(2039, 0, 1) / 1000);
  });

  it("forgets the answer for an item that was deleted meanwhile", async () => {
    const stage = await setStage();
    await stage.createSecret({ "auto-rotate": "true" });
    stage.rotator.answer = async () => {
      await stage.post("/delete-item", { name: SECRET });
      return "too late";
    };
    await stage.rotate();
    await stage.gateway.advance(90 * 86_400_000);
    expect(stage.rotator.requests).toHaveLength(1);
  });
});

describe("a rotation over TLS", () => {
  it("shows its client certificate to a rotator that asks for one", async () => {
    const authority = await createAuthority();
    const rotator = createServer(
      {
        ...(await authority.issue({ hosts: ["localhost"] })),
        ca: authority.cert,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (_request, response) => response.end('{"payload":"second"}'),
    );
    await new Promise<void>((resolve) => rotator.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void rotator.close());
    const stage = await setStage({
      trustedAuthority: authority.cert,
      clientCertificate: await authority.issue({ hosts: ["gateway"], client: true }),
    });
    await stage.createSecret();
    const { port } = rotator.address() as AddressInfo;
    const url = `https://localhost:${port}`;
    await stage.post("/target-update-web", { name: "/rotator", url });
    expect((await stage.rotate()).status).toBe(200);
  });

  it("trusts the authority it was given, and no other", async () => {
    const authority = await createAuthority();
    const certificate = await authority.issue({ hosts: ["localhost"] });
    const rotator = await startRotatorDouble(certificate);
    onTestFinished(rotator.stop);
    const trusting = await setStage({ trustedAuthority: authority.cert });
    const wary = await setStage();
    for (const { post, createSecret } of [trusting, wary]) {
      await createSecret();
      await post("/target-update-web", { name: "/rotator", url: rotator.url });
    }
    expect((await trusting.rotate()).status).toBe(200);
    expect((await wary.rotate()).body.error).toContain("signed by unknown authority");
  });
});

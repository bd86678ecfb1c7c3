import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { postJson, setStage } from "./api.ts";

const NAME = { name: "/prod/app" };

describe("a rotation on demand", () => {
  it("calls the target's URL as stored and keeps the answer as a new version", async () => {
    const { gateway, rotator, post, createSecret } = await setStage();
    await createSecret();
    expect(await post("/gateway-rotate-secret", NAME)).toEqual({ status: 200, body: NAME });
    const [request] = rotator.requests;
    expect(request).toMatchObject({ method: "POST", url: "/rotate", body: { payload: "first" } });
    expect(await post("/rotated-secret-get-value", NAME)).toEqual({
      status: 200,
      body: { value: { payload: "rotated-1" } },
    });
    const { body: item } = await post("/describe-item", NAME);
    expect(item.last_version).toBe(2);
    expect(item.item_general_info.rotated_secret_details.rotator_status).toBe("RotationSucceeded");
    expect(item.last_rotation_date).toBe(new Date(gateway.clock.now()).toISOString());
  });

  it("sends credentials that the validator accepts for this gateway and item only", async () => {
    const { gateway, rotator, post, createSecret } = await setStage();
    await createSecret();
    await post("/gateway-rotate-secret", NAME);
    const creds = rotator.requests[0]?.credentials ?? "";
    expect(decodeJwt(creds)).toMatchObject({
      access_id: "p-gateway",
      attaches: JSON.stringify({ account_id: "acc-emulated", item_name: "/prod/app" }),
    });
    const validate = (fields: object) =>
      postJson(`${gateway.url}/validate-producer-credentials`, {
        creds,
        expected_access_id: "p-gateway",
        ...fields,
      });
    expect(await validate({ expected_item_name: "/prod/app" })).toEqual({
      status: 200,
      body: { access_id: "p-gateway", sub_claims: {} },
    });
    expect((await validate({ expected_item_name: "" })).status).toBe(200);
    expect((await validate({ expected_item_name: "/prod/other" })).status).toBe(401);
    expect((await validate({ expected_access_id: "p-foreign" })).status).toBe(401);
    expect((await validate({ creds: `${creds}x` })).status).toBe(401);
    expect((await validate({ creds: 1 })).status).toBe(400);
    const expired = await gateway.issueCredentials("/prod/app", { expiresIn: -5 });
    expect((await validate({ creds: expired })).status).toBe(401);
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
    [{ status: 200, body: "not json" }, "the response has no payload that is a string"],
  ])("keeps the old value and shows the error for the answer %j", async (answer, text) => {
    const { rotator, post, createSecret } = await setStage();
    await createSecret();
    rotator.answer = () => answer;
    const { status, body } = await post("/gateway-rotate-secret", NAME);
    expect([status, body.error]).toEqual([500, `creds rotation failed: ${text}`]);
    const { body: item } = await post("/describe-item", NAME);
    expect(item.item_general_info.rotated_secret_details).toMatchObject({
      rotator_status: "RotationFailed",
      last_rotation_error: body.error,
    });
    expect(item.last_version).toBe(1);
    expect((await post("/rotated-secret-get-value", NAME)).body.value.payload).toBe("first");
  });

  it("says in Go's words that nobody listens", async () => {
    const { rotator, post, createSecret } = await setStage();
    await createSecret();
    await rotator.stop();
    const { body } = await post("/gateway-rotate-secret", NAME);
    expect(body.error).toMatch(
      /^creds rotation failed: rotate request failed: Post "http.*": dial tcp 127.0.0.1:\d+: connect: connection refused$/,
    );
  });

  it("gives up after timeout-sec", async () => {
    const { rotator, post, createSecret } = await setStage();
    await createSecret({ "timeout-sec": 1 });
    rotator.answer = () => new Promise(() => undefined);
    const { body } = await post("/gateway-rotate-secret", NAME);
    expect(body.error).toContain("context deadline exceeded");
  });

  it("runs rotations of one item one after the other", async () => {
    const { rotator, post, createSecret } = await setStage();
    await createSecret();
    let running = 0;
    let most = 0;
    rotator.answer = async ({ body }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return `${body.payload}+`;
    };
    await Promise.all([1, 2, 3].map(() => post("/gateway-rotate-secret", NAME)));
    expect(most).toBe(1);
    expect((await post("/rotated-secret-get-value", NAME)).body.value.payload).toBe("first+++");
  });
});

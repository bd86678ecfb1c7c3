import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { postJson, setStage, tokenFor } from "./api.ts";

describe("authentication", () => {
  it.each([
    "access_key",
    "api_key",
    undefined,
  ])("gives a token for the access type %s", async (type) => {
    const { gateway } = await setStage();
    const { status, body } = await postJson(`${gateway.url}/auth`, {
      "access-type": type,
      "access-id": gateway.accessId,
      "access-key": gateway.accessKey,
    });
    expect([status, body.token]).toEqual([200, expect.stringMatching(/^t-[0-9a-f]{32}$/)]);
  });

  it.each([
    [{}, 400, "ERR! access-id or email must be provided"],
    [{ "access-id": "p-operator", "access-key": "wrong" }, 401, "UnauthorizedAccess"],
    [{ "access-id": "p-nobody", "access-key": "x" }, 401, "access id: p-nobody"],
    [{ "access-type": "aws_iam", "access-id": "p-operator" }, 400, "aws_iam is not emulated"],
  ])("refuses %j", async (fields, expected, text) => {
    const { gateway } = await setStage();
    const { status, body } = await postJson(`${gateway.url}/auth`, fields);
    expect([status, body.error]).toEqual([expected, expect.stringContaining(text)]);
  });

  it("ends a token with its lifetime", async () => {
    const { gateway } = await setStage({ tokenLifetime: 60_000 });
    const token = await tokenFor(gateway);
    const valid = () => postJson(`${gateway.url}/validate-token`, { token });
    expect((await valid()).body).toMatchObject({ is_valid: true, ttl: 60 });
    await gateway.advance(60_000);
    expect((await valid()).body).toMatchObject({ is_valid: false });
    const listing = await postJson(`${gateway.url}/list-items`, { token });
    expect([listing.status, listing.body.error]).toEqual([
      401,
      expect.stringContaining("Error: InvalidToken."),
    ]);
  });

  it("answers 401 for what a user's rules hide, whether or not it exists", async () => {
    const limited = { accessId: "p-limited", accessKey: "key", paths: ["/dev"] };
    const reader = { ...limited, accessId: "p-reader", capabilities: ["read", "list"] as const };
    const stage = await setStage({
      users: [{ accessId: "p-operator", accessKey: "key" }, limited, reader],
    });
    await stage.createSecret();
    await stage.createSecret({ name: "/dev/app" });
    const as = async (accessId: string, path: string, fields: object) => {
      const credentials = { "access-id": accessId, "access-key": "key" };
      const { body } = await postJson(`${stage.gateway.url}/auth`, credentials);
      return postJson(`${stage.gateway.url}${path}`, { token: body.token, ...fields });
    };
    for (const name of ["/prod/app", "/prod/absent", "/development"]) {
      const { status, body } = await as("p-limited", "/describe-item", { name });
      expect([status, body.error]).toEqual([
        401,
        expect.stringMatching(
          / Status 401 Unauthorized, Error: UnauthorizedAccess\. Message: account id: acc-emulated, access id: p-limited\. unauthorized access for access id p-limited$/,
        ),
      ]);
    }
    expect((await as("p-limited", "/describe-item", { name: "/dev/absent" })).status).toBe(404);
    expect((await as("p-limited", "/gateway-rotate-secret", { name: "/dev/app" })).status).toBe(
      200,
    );
    expect((await as("p-limited", "/list-items", {})).body).toMatchObject({
      items: [{ item_name: "/dev/app" }],
    });
    const read = await as("p-reader", "/rotated-secret-get-value", { name: "/dev/app" });
    expect(read.status).toBe(200);
    const rotate = await as("p-reader", "/gateway-rotate-secret", { name: "/dev/app" });
    expect(rotate.status).toBe(401);
  });
});

describe("a role with rules", () => {
  const planner = {
    accessId: "p-planner",
    accessKey: "key",
    uidToken: "u-planner",
    jwtClaims: { repository: "org/app" },
    rules: [
      { path: "/prod/*", capabilities: ["list"] },
      { path: "/prod/app", capabilities: ["update"] },
    ],
  } as const;
  const operator = { accessId: "p-operator", accessKey: "key" };
  const jwt = (claims: object) =>
    `${btoa('{"alg":"none"}')}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;

  it("checks a signature where the user names keys", async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
    const stranger = await generateKeyPair("RS256");
    const jwtKeys = { keys: [await exportJWK(publicKey)] };
    const { gateway } = await setStage({ users: [operator, { ...planner, jwtKeys }] });
    const sign = (key: CryptoKey, claims = { repository: "org/app" }) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).setExpirationTime("1h").sign(key);
    const status = async (token: string) => {
      const body = { "access-id": "p-planner", "access-type": "jwt", jwt: token };
      return (await postJson(`${gateway.url}/auth`, body)).status;
    };
    expect(await status(await sign(privateKey))).toBe(200);
    expect(await status(await sign(privateKey, { repository: "org/other" }))).toBe(401);
    expect(await status(await sign(stranger.privateKey))).toBe(401);
    expect(await status(jwt({ repository: "org/app", exp: 9_999_999_999 }))).toBe(401);
  });

  it("lets a planner describe and rotate, and hides values and other paths", async () => {
    const stage = await setStage({ users: [operator, planner] });
    await stage.createSecret();
    await stage.createSecret({ name: "/prod/other" });
    const as = async (path: string, name: string) =>
      (await postJson(`${stage.gateway.url}${path}`, { "uid-token": "u-planner", name })).status;
    expect(await as("/describe-item", "/prod/other")).toBe(200);
    expect(await as("/rotated-secret-get-value", "/prod/other")).toBe(401);
    expect(await as("/gateway-rotate-secret", "/prod/app")).toBe(200);
    expect(await as("/gateway-rotate-secret", "/prod/other")).toBe(401);
    expect(await as("/describe-item", "/production")).toBe(401);
  });

  it.each([
    [{ "access-type": "universal_identity", "uid-token": "u-planner" }, 200],
    [{ "access-type": "universal_identity", "uid-token": "u-other" }, 401],
    [{ "access-type": "jwt", jwt: jwt({ repository: "org/app", exp: 9_999_999_999 }) }, 200],
    [{ "access-type": "jwt", jwt: jwt({ repository: "org/other", exp: 9_999_999_999 }) }, 401],
    [{ "access-type": "jwt", jwt: jwt({ repository: "org/app", exp: 1 }) }, 401],
    [{ "access-type": "jwt", jwt: "no token" }, 401],
  ])("answers %j with %i", async (fields, status) => {
    const { gateway } = await setStage({ users: [operator, planner] });
    const body = { "access-id": "p-planner", ...fields };
    expect((await postJson(`${gateway.url}/auth`, body)).status).toBe(status);
  });
});

describe("transport", () => {
  it.each(["", "/v2", "/api/v2"])("serves the API below %j", async (prefix) => {
    const { post } = await setStage();
    expect((await post(`${prefix}/list-items`)).status).toBe(200);
  });

  it("answers bad requests with JSON errors", async () => {
    const { gateway, post } = await setStage();
    const send = async (path: string, init: RequestInit) => {
      const response = await fetch(`${gateway.url}${path}`, init);
      expect(response.headers.get("content-type")).toContain("application/json");
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    const put = await send("/describe-item", { method: "PUT" });
    expect(put).toEqual([405, expect.stringContaining("Error: WrongMethod")]);
    expect(await send("/v2/create-ssh-cert-issuer", { method: "POST" })).toEqual([
      501,
      "not emulated, create-ssh-cert-issuer, see docs/reference/emulator.md",
    ]);
    expect(await send("/nowhere", { method: "POST" })).toEqual([404, "404 page not found"]);
    const broken = await send("/auth", { method: "POST", body: "{" });
    expect(broken).toEqual([400, "invalid request body"]);
    const list = await send("/auth", { method: "POST", body: "[]" });
    expect(list).toEqual([400, "the request body is not a JSON object"]);
    expect((await post("/describe-item", { name: null })).status).toBe(400);
  });

  it.each([
    // An address of the gateway that ends in a slash; a name that no SDK has; another case.
    ...["/v2//auth", "//auth", "/rotate-secret", "/rotated-secret-rotate", "/Describe-Item"],
  ])("answers 404 to %s, as to any path that the product does not have", async (path) => {
    const { post } = await setStage();
    expect(await post(path)).toEqual({ status: 404, body: { error: "404 page not found" } });
  });

  it.each([
    ...["/describe-item", "/target-create-web", "/gateway-rotate-secret", "/get-secret-value"],
  ])("answers 401 to %s without a token, and with one that nobody gave out", async (path) => {
    const { gateway } = await setStage();
    for (const token of [{}, { token: "t-0123" }, { "uid-token": "u-0123" }]) {
      const { status, body } = await postJson(`${gateway.url}${path}`, { name: "/x", ...token });
      expect([status, body.error]).toEqual([401, expect.stringContaining("Error: InvalidToken.")]);
    }
  });

  it("refuses on the public API what needs a gateway", async () => {
    const { post } = await setStage({ publicApi: true });
    expect(await post("/rotated-secret-create-custom", {})).toEqual({
      status: 404,
      body: {
        error: "command is not available on public gateway 'rotated-secret-create-custom'",
      },
    });
    for (const path of [
      ...["/create-rotated-secret", "/rotated-secret-update-custom", "/update-rotated-secret"],
      "/gateway-rotate-secret",
    ]) {
      const { status, body } = await post(path, { name: "/x" });
      expect([status, body.error], path).toEqual([
        404,
        expect.stringMatching(/^command is not available on public gateway '[a-z-]+'$/),
      ]);
    }
    expect((await post("/target-create-web", { name: "/t", url: "https://x" })).status).toBe(200);
  });

  it("remembers each call as it arrived, for tests of clients", async () => {
    const { gateway, post } = await setStage();
    await post("/describe-item", { name: "/absent", json: false });
    expect(gateway.calls.at(-1)).toMatchObject({
      path: "/describe-item",
      body: { name: "/absent", json: false },
      status: 404,
    });
  });
});

import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../../../common/clock.ts";
import { KitError, printed } from "../../../../common/errors/kit-error.ts";
import { Gateway } from "../../../../stacks/gateway/client.ts";
import { type StubAnswer, type StubAnswers, startStub } from "../operations/stub-gateway.ts";

/** Pauses cost nothing. */
const impatient: Clock = { ...systemClock, sleep: () => Promise.resolve() };

const CANARY = "canary-access-key-7f3a";
const auth: StubAnswers = { "/auth": { body: { token: "t-canary-token" } } };

async function failure(answers: StubAnswers, act: (gateway: Gateway) => Promise<unknown>) {
  await using stub = await startStub({ ...auth, ...answers });
  const credentials = { type: "access-key", accessId: "p-1", accessKey: CANARY } as const;
  const gateway = new Gateway({ address: stub.url, credentials }, { clock: impatient });
  const error = await act(gateway).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KitError)) throw new Error(`not an KitError: ${error}`);
  return error;
}

const notFound =
  "failed to obtain item description: Desc: Failed to get item. Status 404 Not Found, Error: NotFound.";

describe("an answer of the gateway becomes one sentence with a remedy", () => {
  const describeItem = (gateway: Gateway) => gateway.describeItem("/x");
  const rotate = (gateway: Gateway) => gateway.rotate("/x", 1);
  const cases: [string, string, StubAnswer, (gateway: Gateway) => Promise<unknown>, string][] = [
    [
      "missing item",
      "/describe-item",
      { status: 404, body: { error: notFound } },
      describeItem,
      "item_not_found",
    ],
    [
      "404 that is not an answer of an API",
      "/describe-item",
      { status: 404, text: "404 page not found" },
      describeItem,
      "gateway_address_wrong",
    ],
    [
      "denied",
      "/describe-item",
      { status: 401, body: { error: "UnauthorizedAccess" } },
      describeItem,
      "access_denied",
    ],
    [
      "the configuration manager's complaint",
      "/describe-item",
      {
        status: 400,
        body: { error: "InvalidParam", message: "Missing required parameter - AccessId " },
      },
      describeItem,
      "gateway_address_wrong",
    ],
    [
      "the public API",
      "/gateway-rotate-secret",
      {
        status: 403,
        body: { error: "command is not available on public gateway 'gateway-rotate-secret'" },
      },
      rotate,
      "gateway_required",
    ],
    [
      "a failed rotation",
      "/gateway-rotate-secret",
      {
        status: 500,
        body: { error: 'creds rotation failed: unexpected response code 401: {"code":"x"}' },
      },
      rotate,
      "rotation_failed",
    ],
    [
      "a limited rate",
      "/describe-item",
      { status: 403, body: { error: "429 Too Many Requests, will be released in 3s" } },
      describeItem,
      "gateway_busy",
    ],
    [
      "a duplicate",
      "/rotated-secret-create-custom",
      { status: 409, body: { error: "AlreadyExists" } },
      (g) => g.createSecret("/x", {}),
      "item_conflict",
    ],
    [
      "a broken gateway",
      "/describe-item",
      { status: 500, body: { error: "internal server error" } },
      describeItem,
      "gateway_error",
    ],
    [
      "a page instead of JSON",
      "/describe-item",
      { text: "<html>" },
      describeItem,
      "gateway_answer_unexpected",
    ],
    [
      "JSON of another kind",
      "/describe-item",
      { body: { item_name: 7 } },
      describeItem,
      "gateway_answer_unexpected",
    ],
    [
      "a missing target",
      "/target-get-details",
      { status: 404, body: { error: notFound } },
      (g) => g.describeTarget("/t"),
      "target_not_found",
    ],
    [
      "refused credentials",
      "/auth",
      { status: 401, body: { error: "wrong key" } },
      describeItem,
      "login_rejected",
    ],
  ];

  test.each(cases)("%s", async (_, path, answer, act, code) => {
    const error = await failure({ [path]: answer }, act);
    expect(error.code).toBe(code);
    expect(printed(error)).toMatch(/^\w+: [^\n]+[;.] [^\n]+$/);
  });
});

const json = (status: number, body: object) => new Response(JSON.stringify(body), { status });
const failed = (code: string) =>
  Object.assign(new TypeError("fetch failed"), { cause: { code, message: "canary" } });

describe("what fetch gives for the public API becomes an error of ours", () => {
  const cases: [string, string, () => Response][] = [
    ["a bare 404", "gateway_required", () => json(404, {})],
    ["Akeyless's own 404", "item_not_found", () => json(404, { error: "NotFound" })],
    ["a proxy's 502", "gateway_error", () => json(502, {})],
    ["a redirect", "gateway_address_wrong", () => new Response(null, { status: 302 })],
    [
      "an unknown certificate",
      "gateway_untrusted",
      () => {
        throw failed("DEPTH_ZERO_SELF_SIGNED_CERT");
      },
    ],
    [
      "no answer in time",
      "gateway_timeout",
      () => {
        throw new DOMException("canary", "TimeoutError");
      },
    ],
    [
      "no headers in the 300 seconds of Node's fetch",
      "gateway_timeout",
      () => {
        throw failed("UND_ERR_HEADERS_TIMEOUT");
      },
    ],
    [
      "something unforeseen",
      "gateway_unreachable",
      () => {
        throw new TypeError("canary");
      },
    ],
    [
      "an answer without end",
      "gateway_answer_unexpected",
      () => new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(1 << 20)) })),
    ],
  ];

  test.each(cases)("%s", async (_, code, answer) => {
    const gateway = new Gateway(
      { address: "https://api.akeyless.io", credentials: { type: "token", token: "canary" } },
      { clock: impatient, fetch: async () => answer() },
    );
    const error: unknown = await gateway.describeItem("/x").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KitError);
    expect(error).toMatchObject({ code });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("canary");
  });
});

describe("a read is repeated after a passing failure, a change never", () => {
  const token = {
    address: "https://gw.example",
    credentials: { type: "token", token: "t" },
  } as const;

  /** Fails a number of times, then answers. */
  function flaky(times: number, failure: () => Response) {
    const seen = { calls: 0, pauses: [] as number[] };
    const fetch = async () => {
      seen.calls += 1;
      return seen.calls <= times ? failure() : json(200, { item_name: "/x" });
    };
    const sleep = async (ms: number) => void seen.pauses.push(ms);
    return { seen, gateway: new Gateway(token, { fetch, clock: { ...systemClock, sleep } }) };
  }

  const passing: [string, () => Response][] = [
    ["429", () => json(429, { error: "slow down" })],
    ["500", () => json(500, { error: "internal" })],
    ["a page of a proxy with 503", () => new Response("<html>", { status: 503 })],
    [
      "a connection that was reset",
      () => {
        throw failed("ECONNRESET");
      },
    ],
  ];

  test.each(passing)("%s", async (_, failure) => {
    const { seen, gateway } = flaky(3, failure);
    expect(await gateway.describeItem("/x")).toMatchObject({ item_name: "/x" });
    expect(seen.pauses).toEqual([500, 1_000, 2_000]);
  });

  test.each(passing)("not for ever: %s", async (_, failure) => {
    const { seen, gateway } = flaky(99, failure);
    await expect(gateway.describeItem("/x")).rejects.toBeInstanceOf(KitError);
    expect(seen.calls).toBe(4);
  });

  test.each(passing)("a change: %s", async (_, failure) => {
    const { seen, gateway } = flaky(1, failure);
    await expect(gateway.updateSecret("/x", {})).rejects.toBeInstanceOf(KitError);
    expect(seen.calls).toBe(1);
  });

  test.each([400, 401, 403, 404])("a definitive refusal: %i", async (status) => {
    const { seen, gateway } = flaky(1, () => json(status, { error: "no" }));
    await expect(gateway.describeItem("/x")).rejects.toBeInstanceOf(KitError);
    expect(seen.calls).toBe(1);
  });
});

test("an error carries neither credentials nor the request, also not in its cause", async () => {
  const error = await failure(
    { "/describe-item": { status: 500, body: { error: "internal" } } },
    (gateway) => gateway.describeItem("/x"),
  );
  const everything = inspect(error, { depth: 20, showHidden: true });
  expect(everything).not.toContain(CANARY);
  expect(everything).not.toContain("t-canary-token");
});

test("what another machine wrote cannot steer the terminal", async () => {
  const error = await failure(
    { "/describe-item": { status: 500, body: { error: "\u001b[2Jgone\r\nok\u202e" } } },
    (gateway) => gateway.describeItem("/x"),
  );
  expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("a gateway that nobody serves is told by its host", async () => {
  const gateway = new Gateway(
    { address: "http://127.0.0.1:1", credentials: { type: "token", token: "t-x" } },
    { clock: impatient },
  );
  await expect(gateway.describeItem("/x")).rejects.toMatchObject({
    code: "gateway_unreachable",
    message: expect.stringContaining("127.0.0.1:1"),
  });
});

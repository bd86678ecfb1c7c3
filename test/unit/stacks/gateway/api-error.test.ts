import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { apiError } from "../../../../stacks/gateway/api-error.ts";
import { Gateway } from "../../../../stacks/gateway/client.ts";
import { OperationsError } from "../../../../stacks/operations/error-codes.ts";
import { type StubAnswer, type StubAnswers, startStub } from "../operations/stub-gateway.ts";

const CANARY = "canary-access-key-7f3a";
const auth: StubAnswers = { "/auth": { body: { token: "t-canary-token" } } };

async function failure(answers: StubAnswers, act: (gateway: Gateway) => Promise<unknown>) {
  await using stub = await startStub({ ...auth, ...answers });
  const gateway = new Gateway({
    address: stub.url,
    credentials: { type: "access-key", accessId: "p-1", accessKey: CANARY },
  });
  const error = await act(gateway).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OperationsError)) throw new Error(`not an OperationsError: ${error}`);
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
      "404 that is no answer of an API",
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
      "credentials_rejected",
    ],
  ];

  test.each(cases)("%s", async (_, path, answer, act, code) => {
    const error = await failure({ [path]: answer }, act);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^[^\n]+; [^\n]+$/);
  });
});

test.each([
  [{ status: 404, body: {} }, "gateway_required"],
  [{ status: 404, body: { error: "NotFound" } }, "item_not_found"],
  [{ error: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } }, "gateway_untrusted"],
  [{ error: { code: "ECONNABORTED", timeout: 60_000 } }, "gateway_timeout"],
  [{ status: 502, body: {} }, "gateway_error"],
  [new TypeError("canary"), "gateway_answer_unexpected"],
  [undefined, "gateway_unreachable"],
])("what the SDK rejects with for the public API: %o", (thrown, code) => {
  const call = { address: "https://api.akeyless.io", kind: "item", purpose: "create /x" } as const;
  const error = apiError(thrown, call);
  expect(error.code).toBe(code);
  expect(inspect(error, { depth: 20 })).not.toContain("canary");
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
  const gateway = new Gateway({
    address: "http://127.0.0.1:1",
    credentials: { type: "token", token: "t-x" },
  });
  await expect(gateway.describeItem("/x")).rejects.toMatchObject({
    code: "gateway_unreachable",
    message: expect.stringContaining("127.0.0.1:1"),
  });
});

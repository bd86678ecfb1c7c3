import { describe, expect, test } from "vitest";
import { ApiError, createApiClient } from "../../../harness/terraform-provider/akeyless/client.ts";
import {
  defaultRetryPolicy,
  readRetryPolicy,
} from "../../../harness/terraform-provider/akeyless/retry.ts";

/** A client whose API gives these answers in turn (the last one for ever), and its waits. */
function clientOf(...answers: (Response | Error)[]) {
  const waits: number[] = [];
  let calls = 0;
  const client = createApiClient({
    address: "http://gateway/v2/",
    retry: defaultRetryPolicy,
    fetch: async () => {
      const answer = answers[Math.min(calls, answers.length - 1)];
      calls += 1;
      if (answer instanceof Response) return answer.clone();
      throw answer;
    },
    wait: async (milliseconds) => waits.push(milliseconds),
  });
  return { client, waits, calls: () => calls };
}

const ok = () => Response.json({ done: true });
const refused = new TypeError("fetch failed", {
  cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }),
});

describe("a call of the API", () => {
  test("is a POST below the address, marked as Terraform's", async () => {
    const seen: { url?: string; init?: RequestInit } = {};
    const client = createApiClient({
      address: "http://gateway/v2/",
      retry: defaultRetryPolicy,
      fetch: async (url, init) => {
        Object.assign(seen, { url: String(url), init });
        return ok();
      },
    });
    await client.call("describe-item", { name: "/s" });
    expect(seen.url).toBe("http://gateway/v2/describe-item");
    expect(seen.init).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json", akeylessclienttype: "terraform" },
      body: '{"name":"/s"}',
    });
  });

  test("is tried again when nobody listens yet, with growing waits", async () => {
    const { client, waits } = clientOf(refused, refused, refused, ok());
    expect(await client.call("auth", {})).toEqual({ done: true });
    expect(waits).toEqual([1_000, 1_500, 2_250]);
  });

  test("is given up after three retries", async () => {
    const { client, calls } = clientOf(new Response("busy", { status: 503 }));
    await expect(client.call("auth", {})).rejects.toThrow(ApiError);
    expect(calls()).toBe(4);
  });

  test.each([400, 401, 403, 404, 409])("is not tried again after a %i", async (status) => {
    const { client, calls } = clientOf(new Response("{}", { status }));
    await expect(client.call("auth", {})).rejects.toThrow(String(status));
    expect(calls()).toBe(1);
  });

  test("waits as long as the service says, also when that comes inside a 403", async () => {
    const limited = new Response("429 Too Many Requests, will be released in 2.5s", {
      status: 403,
    });
    const later = new Response("", { status: 429, headers: { "retry-after": "7" } });
    const { client, waits } = clientOf(limited, later, ok());
    await client.call("auth", {});
    expect(waits).toEqual([2_500, 7_000]);
  });

  test("that breaks off in the caller's own code is not tried again", async () => {
    const { client, calls } = clientOf(new TypeError("a bug"));
    await expect(client.call("auth", {})).rejects.toThrow("a bug");
    expect(calls()).toBe(1);
  });
});

describe("the block retry", () => {
  test("changes the defaults, and the environment changes it", () => {
    const block = { max_retries: 5, interval_seconds: 2, retry_on_status_codes: [418] };
    const policy = readRetryPolicy(block, { AKEYLESS_RETRY_INTERVAL_SECONDS: "0.01" });
    expect(policy).toEqual({
      ...defaultRetryPolicy,
      maxRetries: 5,
      intervalSeconds: 0.01,
      statusCodes: [418],
    });
  });

  test("with an empty list of statuses keeps the default ones", () => {
    expect(readRetryPolicy({ retry_on_status_codes: [] }, {})).toEqual(defaultRetryPolicy);
  });
});

import { describe, expect, test } from "vitest";
import {
  ApiFailure,
  createApiClient,
} from "../../../harness/terraform-provider/akeyless/client.ts";

/** A client whose API gives these answers in turn (the last one for ever), and its waits. */
function clientOf(...answers: (Response | Error)[]) {
  const waits: number[] = [];
  let calls = 0;
  const client = createApiClient({
    address: "http://gateway/v2",
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
const connectionError = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });

describe("a call of the API", () => {
  async function sentTo(address: string) {
    const seen: { url?: string; init?: RequestInit } = {};
    const client = createApiClient({
      address,
      fetch: async (url, init) => {
        Object.assign(seen, { url: String(url), init });
        return ok();
      },
    });
    await client.call("describe-item", { name: "/s" });
    return seen;
  }

  test("is a POST below the address, marked as Terraform's", async () => {
    const { url, init } = await sentTo("http://gateway/v2");
    expect(url).toBe("http://gateway/v2/describe-item");
    expect(init).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json", akeylessclienttype: "terraform" },
      body: '{"name":"/s"}',
    });
  });

  test("keeps the slash at the end of an address, so that there are two", async () => {
    expect((await sentTo("http://gateway/v2/")).url).toBe("http://gateway/v2//describe-item");
  });

  test.each([
    "ECONNREFUSED",
    "ECONNRESET",
    "UND_ERR_SOCKET",
  ])("is tried again after 2 and 4 seconds when the connection fails: %s", async (code) => {
    const { client, waits } = clientOf(connectionError(code), connectionError(code), ok());
    expect(await client.call("auth", {})).toEqual({ done: true });
    expect(waits).toEqual([2_000, 4_000]);
  });

  test("is given up after three tries", async () => {
    const { client, calls } = clientOf(connectionError("ECONNREFUSED"));
    await expect(client.call("auth", {})).rejects.toThrow("fetch failed");
    expect(calls()).toBe(3);
  });

  test.each([
    400, 401, 403, 404, 409, 429, 500, 502, 503, 504,
  ])("is not tried again after a %i", async (status) => {
    const { client, calls } = clientOf(new Response("{}", { status }));
    await expect(client.call("auth", {})).rejects.toThrow(ApiFailure);
    expect(calls()).toBe(1);
  });

  test("says nothing of the answer's body", async () => {
    const { client } = clientOf(
      new Response('{"error":"a secret"}', { status: 400, statusText: "Bad Request" }),
    );
    await expect(client.call("auth", {})).rejects.toThrow(/^400 Bad Request$/);
  });

  test("that breaks off in the caller's own code is not tried again", async () => {
    const { client, calls } = clientOf(new TypeError("a bug"));
    await expect(client.call("auth", {})).rejects.toThrow("a bug");
    expect(calls()).toBe(1);
  });
});

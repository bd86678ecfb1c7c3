import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startGateway } from "../../harness/index.ts";
import { listenOnLoopback } from "../../harness/loopback.ts";
import { temporaryFolder } from "../rotator/temporary-folder.ts";

/** A function host: it hands requests over as the URL of an AWS Lambda function does. */
async function startHost(handler: (event: never) => Promise<Answer>) {
  return listenOnLoopback(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const event = {
      version: "2.0",
      rawPath: new URL(request.url ?? "", "http://function").pathname,
      requestContext: { http: { method: request.method } },
      headers: request.headers,
      body: Buffer.concat(chunks).toString("base64"),
      isBase64Encoded: true,
    };
    const { statusCode, headers, body } = await handler(event as never);
    response.writeHead(statusCode, headers);
    response.end(body);
  });
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

test("the adapter of guides/run-in-a-function.md rotates", async () => {
  await using gateway = await startGateway();
  const folder = temporaryFolder({
    key: randomBytes(32).toString("base64"),
    "app.mjs": `const passwords = new Map([["svc", "first"]]);
export const createSystem = () => ({
  probe: async ({ username, password }) => ({ result: passwords.get(username) === password ? "valid" : "invalid" }),
  change: async (current, next) => { passwords.set(next.username, next.password); return { result: "changed" }; },
});
`,
    "rotator.yaml": JSON.stringify({
      listen: { host: "127.0.0.1", port: 0 },
      metrics: { host: "127.0.0.1", port: 0 },
      akeyless: gateway.forRotator(),
      keys: [{ id: "k1", file: "key" }],
      systems: { app: { type: "module", path: "app.mjs" } },
      items: { "/app": { system: "app", usernames: ["svc"] } },
      log: { level: "error" },
    }),
  });
  vi.stubEnv("CONFIG_FILE", join(folder, "rotator.yaml"));
  const { handler } = await import("../../../docs/examples/function-host.ts");
  const host = await startHost(handler);
  const reached: string[] = [];
  const other = await listenOnLoopback((request, response) => {
    reached.push(request.url ?? "");
    response.end("another server's answer");
  });
  try {
    const first = { system: "app", username: "svc", password: "first" };
    const target = `${host.url}/rotate`;
    const item = await gateway.declare({ name: "/app", target, payload: first });
    await gateway.rotate(item);
    const before = JSON.parse(gateway.payload(item)).password;
    expect(before).not.toBe("first");
    await gateway.rotate(item);
    expect(JSON.parse(gateway.payload(item)).password).not.toBe(before);
    const wrong = { rawPath: "/elsewhere", requestContext: { http: { method: "POST" } } };
    const event = { ...wrong, headers: {}, body: "{}", isBase64Encoded: false };
    expect(await handler(event)).toMatchObject({ statusCode: 404 });
    // A path never names another server, which only the function can reach.
    const elsewhere = { ...event, rawPath: `${other.url.replace("http:", "")}/secrets` };
    expect(await handler(elsewhere)).toMatchObject({ statusCode: 404 });
    expect(reached).toEqual([]);
    // Nobody vouches for this one.
    expect(await handler({ ...event, rawPath: "/rotate" })).toMatchObject({ statusCode: 401 });
  } finally {
    vi.unstubAllEnvs();
    await host.stop();
    await other.stop();
  }
});

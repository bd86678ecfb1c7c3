import { onTestFinished } from "vitest";
import { listenOnLoopback } from "../../../../harness/loopback.ts";
import { systemFrom } from "../support.ts";

/** A request as the product saw it. */
export interface Seen {
  readonly line: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** What a product answers: an object as JSON, a text as it is. */
export interface Said {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: object | string;
}

/**
 * A system that follows a recipe, over a product that a test writes: `METHOD /path` to its answer. Both
 * end with the test.
 */
export async function withRecipe(
  recipe: object,
  product: Readonly<Record<string, (seen: Seen) => Said>>,
  config: object = {},
) {
  const seen: Seen[] = [];
  const server = await listenOnLoopback(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${request.url}`;
    const call = { line, headers: request.headers, body: Buffer.concat(chunks).toString() };
    seen.push(call);
    const { status, headers, body = {} } = product[line]?.(call) ?? { status: 404 };
    response.writeHead(status, headers);
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  const system = await systemFrom(
    {
      type: "http",
      origin: server.url,
      allow_plain_http: true,
      recipe: { recipe: 1, product: "Test", api_version: "1", ...recipe },
      ...config,
    },
    { ADMIN_PASSWORD: "admin-password" },
  );
  onTestFinished(async () => {
    await system.close?.();
    await server.stop();
  });
  return { system, seen, lines: () => seen.map(({ line }) => line) };
}

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the stub answers to one path: a status (200) and a JSON body, or raw text. */
export interface StubAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly text?: string;
}

/** A request that the stub got. */
export interface StubRequest {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** Answers by path; a function sees the request's body. */
export type StubAnswers = Record<
  string,
  StubAnswer | ((body: Record<string, unknown>) => StubAnswer | Promise<StubAnswer>)
>;

/** An HTTP server on loopback that answers as told, for answers that no good gateway gives. */
export async function startStub(answers: StubAnswers) {
  const requests: StubRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? "";
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    requests.push({ path, body });
    const known = answers[path] ?? { status: 404, text: "404 page not found" };
    const answer = typeof known === "function" ? await known(body) : known;
    const type = answer.text === undefined ? "application/json" : "text/plain";
    response.writeHead(answer.status ?? 200, { "content-type": type });
    response.end(answer.text ?? JSON.stringify(answer.body ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

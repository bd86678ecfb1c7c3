import type { IncomingMessage } from "node:http";
import type { KeyPair } from "../../../harness/key-pair.ts";
import { type LoopbackServer, listenOnLoopback } from "../../../harness/loopback.ts";

/** A request that the gateway sent. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly credentials: string;
  readonly contentType: string;
  readonly body: { readonly payload: string };
}

/** What the double answers: a status with a body, or a payload for a plain 200. */
type Answer = { readonly status: number; readonly body: string } | string;

/** A rotator that answers what the test wants and remembers what it was asked. */
export interface RotatorDouble {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  answer: (request: ReceivedRequest) => Answer | Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a double whose default answer is the payload with an incremented number behind it. */
export async function startRotatorDouble(certificate?: KeyPair): Promise<RotatorDouble> {
  const requests: ReceivedRequest[] = [];
  const server: LoopbackServer = await listenOnLoopback(
    (request, response) => {
      const take = async (received: ReceivedRequest) => {
        requests.push(received);
        const answer = await double.answer(received);
        const { status, body } =
          typeof answer === "string"
            ? { status: 200, body: JSON.stringify({ payload: answer }) }
            : answer;
        response.writeHead(status, { "content-type": "application/json" }).end(body);
      };
      // A request that was cut never came.
      void read(request).then(take, () => response.destroy());
    },
    certificate ? { certificate } : {},
  );
  const double: RotatorDouble = {
    url: `${server.url}/rotate`,
    requests,
    answer: () => `rotated-${requests.length}`,
    stop: server.stop,
  };
  return double;
}

async function read(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    method: request.method ?? "",
    url: request.url ?? "",
    credentials: String(request.headers.akeylesscreds ?? ""),
    contentType: String(request.headers["content-type"] ?? ""),
    body: JSON.parse(Buffer.concat(chunks).toString()),
  };
}

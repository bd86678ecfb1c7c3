import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request as requestPlain,
} from "node:http";
import { request as requestTls } from "node:https";
import type { ConnectionOptions } from "node:tls";

/** One request. Redirects are never followed, and nothing is sent twice. */
export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly agent: Agent;
  /** Name resolution of the connection; default: the system's. */
  readonly lookup?: RequestOptions["lookup"];
  /** Authorities, client certificate and name to expect. TLS is 1.2 or newer in any case. */
  readonly tls?: ConnectionOptions;
  /** Bounds the whole exchange. */
  readonly signal: AbortSignal;
  /** Most bytes of the answer that are read. */
  readonly maxBytes: number;
}

/** A complete answer. */
export interface Incoming {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body in UTF-8. */
  readonly text: string;
}

/** There is no complete answer. */
export class ExchangeError extends Error {
  /** Why, as Node names it (`ECONNREFUSED`, `ABORT_ERR`), or a word of this file; may be empty. */
  readonly code: string;
  /** False: there was no connection, so nothing of the request has left. True: it may have. */
  readonly sent: boolean;

  constructor(code: string, sent: boolean, cause?: unknown) {
    super(`no answer (${code})`, { cause });
    this.code = code;
    this.sent = sent;
  }
}

/** Said explicitly, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default. */
const VERIFIED = { rejectUnauthorized: true, minVersion: "TLSv1.2" } as const;

/** Sends a request and reads its answer. @throws ExchangeError */
export async function exchange(url: URL, outgoing: Outgoing): Promise<Incoming> {
  const { method, headers, body, agent, lookup, tls, signal, maxBytes } = outgoing;
  let sent = false;
  try {
    signal.throwIfAborted();
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const options: RequestOptions = {
      method,
      headers: { ...headers, ...length },
      agent,
      signal,
      ...(lookup && { lookup }),
    };
    const secure = url.protocol === "https:";
    const request = secure
      ? requestTls(url, { ...options, ...tls, ...VERIFIED })
      : requestPlain(url, options);
    request.once("socket", (socket) => {
      // A socket that the agent has kept is connected already.
      if (!socket.connecting) sent = true;
      else socket.once(secure ? "secureConnect" : "connect", () => (sent = true));
    });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      // Stays: a connection may also fail after the answer began, which its reader is told as well.
      request.on("error", reject).once("response", resolve);
      // Node closes without an error where a server wants to change the protocol (101).
      request.once("close", () => reject(new ExchangeError("closed", sent))).end(body);
    });
    const text = await readText(answer, maxBytes);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  } catch (error) {
    if (error instanceof ExchangeError) throw error;
    throw new ExchangeError(String((error as { code?: unknown } | null)?.code ?? ""), sent, error);
  }
}

/** Reading stops, and the connection ends, as soon as a body is too long. */
async function readText(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new ExchangeError("BODY_TOO_LARGE", true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request as requestPlain,
} from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";
import { type ConnectionOptions, TLSSocket } from "node:tls";
import { decodeBody } from "./body-coding.ts";
import { defined } from "./defined.ts";

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
  /** Ends the exchange from outside. */
  readonly signal?: AbortSignal;
  /** Longest time from here to the end of the answer, in milliseconds. Default: the signal's. */
  readonly timeoutMs?: number;
  /** Most bytes of the answer that are read, and that it may unpack to. */
  readonly maxBytes: number;
}

/** A complete answer. */
export interface Incoming {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body in UTF-8, unpacked and without a byte order mark. */
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

/**
 * How every server is verified. Said explicitly, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change
 * the default. An issuing authority may be named without its root.
 */
export const VERIFIED_TLS = {
  rejectUnauthorized: true,
  minVersion: "TLSv1.2",
  allowPartialTrustChain: true,
} as const;

/** Sends a request and reads its answer. @throws ExchangeError */
export async function exchange(url: URL, outgoing: Outgoing): Promise<Incoming> {
  const { method, headers, body, agent, lookup, tls, signal, timeoutMs, maxBytes } = outgoing;
  let sent = false;
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  let ended = false;
  try {
    signal?.throwIfAborted();
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const options: RequestOptions = {
      method,
      // Without this any coding may come (RFC 9110, 12.5.3).
      headers: { "accept-encoding": "identity", ...headers, ...length },
      agent,
      ...defined({ lookup }),
    };
    const secure = url.protocol === "https:";
    const request = secure
      ? requestTls(url, { ...options, ...tls, ...VERIFIED_TLS })
      : requestPlain(url, options);
    abort = () => {
      ended = true;
      request.destroy(new ExchangeError("ABORT_ERR", sent));
    };
    signal?.addEventListener("abort", abort, { once: true });
    if (timeoutMs !== undefined) timer = setTimeout(abort, timeoutMs);
    // A proxy that makes no tunnel would be taken for the server that it did not reach.
    request.once("proxyConnect", ({ statusCode }: { statusCode?: number }) => {
      if (statusCode !== 200) request.destroy(new ExchangeError("PROXY_REFUSED", false));
    });
    request.once("socket", (socket) => {
      // A socket that the agent has kept is connected already.
      if (!isConnecting(socket)) sent = true;
      else socket.once(secure ? "secureConnect" : "connect", () => (sent = true));
    });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      // Stays: a connection may also fail after the answer began, which its reader is told as well.
      // Node closes without an error where a server wants to change the protocol (101).
      const closed = () => reject(new ExchangeError("closed", sent));
      request
        .on("error", reject)
        .once("close", closed)
        .once("response", (response) => {
          request.off("close", closed);
          resolve(response);
        })
        .end(body);
    });
    const text = await readText(answer, maxBytes);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  } catch (error) {
    const code = String((error as { code?: unknown } | null)?.code ?? "");
    // A body that is cut off says so in words of its own.
    throw new ExchangeError(ended ? "ABORT_ERR" : code, sent, error);
  } finally {
    clearTimeout(timer);
    if (abort) signal?.removeEventListener("abort", abort);
  }
}

/** Whether TCP, or TLS where it is wanted, is still being set up: nothing of a request can leave. */
function isConnecting(socket: Socket): boolean {
  if (socket.connecting) return true;
  // A proxy's tunnel is connected before its TLS is: then nothing of the handshake has ended.
  return socket instanceof TLSSocket && socket.getFinished() === undefined;
}

/** Reading stops, and the connection ends, as soon as a body is too long. */
function readBody(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // By events: an iterator costs more than the whole rest of reading a small answer.
  return new Promise((resolve, reject) => {
    answer
      .on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) answer.destroy(new ExchangeError("BODY_TOO_LARGE", true));
        else chunks.push(chunk);
      })
      .once("end", () => resolve(Buffer.concat(chunks)))
      .on("error", reject)
      .once("close", () => {
        if (!answer.complete) reject(new ExchangeError("closed", true));
      });
  });
}

async function readText(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const body = await readBody(answer, maxBytes);
  const coding = answer.headers["content-encoding"];
  const plain = coding === undefined ? body : await decodeBody(body, coding, maxBytes);
  const text = plain.toString("utf8");
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

const BYTE_ORDER_MARK = "\ufeff";

import { isIP } from "node:net";
import { Agent, buildConnector, request } from "undici";
import { BodyTooLargeError, readLimited } from "../../read-limited.ts";
import { AddressDeniedError, allowList, guardedLookup, isAllowed } from "../addresses.ts";
import type { Answer } from "./answer.ts";
import type { BuiltRequest } from "./build-request.ts";
import type { Value } from "./reference.ts";

/** Certificates and keys as PEM texts; the system's own authorities where `ca` is absent. */
export interface TransportTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

/** How to reach one system. All of it comes from the operator, none of it from a payload. */
export interface TransportOptions {
  /** Scheme, host and port. */
  readonly origin: URL;
  /** Path below which the product is served, "" for the root. */
  readonly basePath: string;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly allowedNetworks: readonly string[];
  /** Read for each connection, so that renewed files are seen. What it throws sends nothing. */
  readonly tls: () => TransportTls;
}

/** A request that has no answer. Whether it reached the system is unknown unless `sent` is false. */
export class TransportError extends Error {
  readonly reason: string;
  readonly sent: boolean;

  constructor(reason: string, sent: boolean, cause: unknown) {
    super(reason, { cause });
    this.name = "TransportError";
    this.reason = reason;
    this.sent = sent;
  }
}

/** Sends requests to one origin: no redirects, no retries, bounded in time and size. */
export interface Transport {
  /** @throws TransportError when there is no complete answer */
  send(request: BuiltRequest, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens a transport; connections are made when the first request is sent. */
export function createTransport(options: TransportOptions): Transport {
  const { origin, timeoutMs, maxResponseBytes } = options;
  const allowed = allowList(options.allowedNetworks);
  const host = origin.hostname.replace(/^\[|\]$/g, "");
  const agent = new Agent({
    connections: 16,
    pipelining: 1,
    // Shorter than any common server's own limit: a connection that the server closes at the very
    // moment of a request would leave a change in doubt.
    keepAliveTimeout: 1_000,
    keepAliveMaxTimeout: 1_000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: (connection, callback) => {
      try {
        const tls = { ...options.tls(), minVersion: "TLSv1.2" } as const;
        const lookup = guardedLookup(allowed);
        buildConnector({ ...tls, lookup, timeout: timeoutMs })(connection, callback);
      } catch (error) {
        callback(error as Error, null);
      }
    },
  });
  return {
    async send(built, signal) {
      // A literal address is connected to without a lookup.
      if (isIP(host) !== 0 && !isAllowed(host, allowed)) {
        throw new TransportError("address_denied", false, new AddressDeniedError(host));
      }
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const response = await request(`${origin.origin}${options.basePath}${built.target}`, {
          dispatcher: agent,
          method: built.method,
          headers: built.headers,
          body: built.body ?? null,
          signal: limit,
        });
        const text = await readLimited(response.body, maxResponseBytes);
        const cookies = [response.headers["set-cookie"] ?? []].flat();
        return { status: response.statusCode, text, json: parseJson(text), cookies };
      } catch (error) {
        throw asTransportError(error, limit.aborted);
      }
    },
    close: async () => {
      if (!agent.destroyed && !agent.closed) await agent.close();
    },
  };
}

function parseJson(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined; // plain text and HTML are answers too; conditions on JSON do not match them
  }
}

const NOT_SENT = new Map([
  ["ECONNREFUSED", "connection_refused"],
  ["ENOTFOUND", "name_not_found"],
  ["EAI_AGAIN", "name_not_found"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["UND_ERR_CONNECT_TIMEOUT", "connect_timeout"],
  ["ADDRESS_DENIED", "address_denied"],
  ["certificates_invalid", "certificates_invalid"],
]);

const isTlsCode = (code: string) =>
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO)/.test(code);

function asTransportError(error: unknown, aborted: boolean): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof BodyTooLargeError) {
    return new TransportError("response_too_large", true, error);
  }
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  const known = NOT_SENT.get(code);
  if (known !== undefined) return new TransportError(known, false, error);
  if (isTlsCode(code)) return new TransportError("tls_failed", false, error);
  return new TransportError(aborted ? "timeout" : "connection_lost", true, error);
}

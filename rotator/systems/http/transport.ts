import { isIP } from "node:net";
import { defined } from "../../../common/defined.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { hostOf } from "../../../common/host.ts";
import { ExchangeError, exchange } from "../../../common/http-client.ts";
import { readJson } from "../../../common/json.ts";
import { createAgent } from "../../../common/proxy.ts";
import { AddressDeniedError, allowList, guardedLookup, isAllowed } from "../addresses.ts";
import type { WatchedExchange } from "../dependencies.ts";
import type { Answer } from "./answer.ts";
import type { BuiltRequest } from "./build-request.ts";
import type { ReferenceValue } from "./reference.ts";

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
  /** The proxy to go through; it resolves the name then, so that networks are its business. */
  readonly proxy?: URL;
  /** Read for each connection, so that renewed files are seen. What it throws sends nothing. */
  readonly tls: () => TransportTls;
  /** Hears of each request. */
  readonly watch?: (exchange: WatchedExchange) => void;
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
  close(): void;
  readonly watch?: (exchange: WatchedExchange) => void;
}

/** Opens a transport; connections are made when the first request is sent. */
export function createTransport(options: TransportOptions): Transport {
  const { origin, timeoutMs, maxResponseBytes } = options;
  const allowed = allowList(options.allowedNetworks);
  const host = hostOf(origin);
  // Kept for less time than any common server does: a connection that the server closes at the very
  // moment of a request would leave a change in doubt.
  // How many are open at once is bounded where a rotation gets its turn: here nothing waits, so that
  // the time of a request is its own.
  const sockets = { keepAlive: true, timeout: 1_000 };
  const agent = createAgent(origin, sockets, options.proxy);
  const lookup = guardedLookup(allowed);
  return {
    async send(built, signal) {
      // A literal address is connected to without a lookup.
      if (isIP(host) !== 0 && !isAllowed(host, allowed)) {
        throw new TransportError("address_denied", false, new AddressDeniedError(host));
      }
      try {
        const url = new URL(`${origin.origin}${options.basePath}${built.target}`);
        const { method, headers, body } = built;
        const sent = { method, headers, body, signal, timeoutMs, maxBytes: maxResponseBytes };
        const answer = await exchange(url, { ...sent, agent, lookup, tls: options.tls() });
        const { status, headers: got, text } = answer;
        return {
          status,
          headers: got,
          text,
          json: parseJson(text),
          cookies: got["set-cookie"] ?? [],
        };
      } catch (error) {
        throw asTransportError(error);
      }
    },
    close: () => agent.destroy(),
    ...defined({ watch: options.watch }),
  };
}

function parseJson(text: string): ReferenceValue | undefined {
  try {
    return readJson(text) as ReferenceValue;
  } catch {
    return undefined; // plain text and HTML are answers too; conditions on JSON do not match them
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection_refused",
  CERT_HAS_EXPIRED: "certificate_expired",
  ENOTFOUND: "name_not_found",
  EAI_AGAIN: "name_not_found",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ADDRESS_DENIED: "address_denied",
  BODY_TOO_LARGE: "response_too_large",
  BODY_CODING: "unexpected_body",
  PROXY_REFUSED: "proxy_refused",
};

const isTlsCode = (code: string) =>
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO)/.test(code);

function asTransportError(error: unknown): TransportError {
  if (error instanceof KitError) return new TransportError(error.code, false, error);
  if (!(error instanceof ExchangeError)) return new TransportError("connection_lost", true, error);
  const { code, sent } = error;
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  if (known !== undefined) return new TransportError(known, sent, error);
  if (isTlsCode(code)) return new TransportError("tls_failed", sent, error);
  if (code === "ABORT_ERR")
    return new TransportError(sent ? "timeout" : "connect_timeout", sent, error);
  return new TransportError("connection_lost", sent, error);
}

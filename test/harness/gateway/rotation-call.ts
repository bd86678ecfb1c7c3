import { Readable } from "node:stream";
import { createSecureContext, rootCertificates } from "node:tls";
import { types } from "node:util";
import { Agent, request } from "undici";
import * as z from "zod";
import type { KeyPair } from "../key-pair.ts";

const answerSchema = z.object({ payload: z.string().min(1) });

/** What came of a call to a rotator. */
export type CallOutcome =
  | { readonly payload: string }
  /** The text that Akeyless shows to people and keeps in `last_rotation_error`. */
  | { readonly error: string };

/** A call to a rotator. */
export interface RotationRequest {
  /** The Web Target's URL, called exactly as it is stored. */
  readonly url: string;
  readonly payload: string;
  /** The AkeylessCreds token. */
  readonly credentials: string;
  readonly timeoutSeconds: number;
  /** Hangs up when it aborts. */
  readonly signal?: AbortSignal;
  /** Cuts the connection in the middle of the body. */
  readonly cutsBody?: boolean;
}

/** Calls rotators the way the gateway does. */
export interface RotationCaller {
  call(request: RotationRequest): Promise<CallOutcome>;
  close(): Promise<void>;
}

/** What the gateway trusts, and what it shows to a rotator that asks for a certificate. */
export interface CallerTls {
  /** PEM of an authority, besides the public ones. */
  readonly authority?: string | undefined;
  readonly clientCertificate?: KeyPair | undefined;
}

/** Creates a caller of rotators. */
export function createRotationCaller({ authority, clientCertificate }: CallerTls): RotationCaller {
  const agent = new Agent({
    connect: {
      secureContext: createSecureContext({
        ...(authority !== undefined && { ca: [...rootCertificates, authority] }),
        ...clientCertificate,
      }),
    },
    // The rotation's own time limit rules, not the client's.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    call: (rotation) => call(rotation, agent),
    close: () => agent.destroy(),
  };
}

async function call(rotation: RotationRequest, dispatcher: Agent): Promise<CallOutcome> {
  const { url, payload, credentials, timeoutSeconds, cutsBody } = rotation;
  const body = JSON.stringify({ payload });
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await request(url, {
      dispatcher,
      method: "POST",
      headers: {
        ...{ "content-type": "application/json", AkeylessCreds: credentials },
        ...(cutsBody && { "content-length": String(Buffer.byteLength(body)) }),
      },
      body: cutsBody ? Readable.from(firstHalf(body)) : body,
      signal: rotation.signal ? AbortSignal.any([limit, rotation.signal]) : limit,
      // One connection a call, so that a rotator that was restarted is not met on a stale one.
      reset: true,
    });
    return readAnswer(response.statusCode, await response.body.text());
  } catch (error) {
    return requestFailed(url, limit.aborted ? TIMED_OUT : describe(error));
  }
}

/** Sends half of a body; the error cuts the connection, and is what Go says of one that was cut. */
async function* firstHalf(body: string): AsyncGenerator<string> {
  yield body.slice(0, body.length / 2);
  throw new Error("EOF");
}

/** Only a 200 with a JSON object whose `payload` is a string counts; the rest is a failure. */
export function readAnswer(status: number, body: string): CallOutcome {
  if (status !== 200)
    return { error: `creds rotation failed: unexpected response code ${status}: ${body}` };
  const answer = answerSchema.safeParse(parseJson(body));
  if (answer.success) return { payload: answer.data.payload };
  return { error: "creds rotation failed: the response has no payload that is a string" };
}

/** What Go's HTTP client says when its time is up. */
export const TIMED_OUT =
  "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

/** The failure of a request that got no answer, worded as the gateway words it. */
export function requestFailed(url: string, reason: string): CallOutcome {
  return { error: `creds rotation failed: rotate request failed: Post "${url}": ${reason}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Node's network errors in the words of Go's, which people find in their logs. */
function describe(error: unknown): string {
  // Not by `instanceof`: Jest gives each test file another Error than Node's own.
  if (!types.isNativeError(error)) return String(error);
  const { code, hostname, address, port } = error as NodeJS.ErrnoException & {
    hostname?: string;
    address?: string;
    port?: number;
  };
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `dial tcp: lookup ${hostname}: no such host`;
    case "ECONNREFUSED":
      return `dial tcp ${address}:${port}: connect: connection refused`;
    case "ERR_INVALID_URL":
    case "UND_ERR_INVALID_ARG":
      return "unsupported protocol scheme";
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return "EOF";
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
    case "CERT_HAS_EXPIRED":
      return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "tls: failed to verify certificate: x509: certificate is not valid for this name";
    default:
      return error.message;
  }
}

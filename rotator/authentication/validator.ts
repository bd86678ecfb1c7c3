import { performance } from "node:perf_hooks";
import * as z from "zod";
import { readAuthorities } from "../../common/certificates.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { ExchangeError, exchange } from "../../common/http-client.ts";
import { createAgent } from "../../common/proxy.ts";

/** Longest wait for a verdict, all attempts together, in milliseconds. */
const VALIDATION_TIMEOUT_MS = 3_000;
/** Largest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 65_536;
/** How long a connection is kept for the next question, in milliseconds. */
const KEEP_ALIVE_MS = 4_000;
/** Statuses that are a definitive no; every other one says nothing about the token. */
const REJECTIONS: ReadonlySet<number> = new Set([400, 401, 403, 422]);

const answerSchema = z.looseObject({ access_id: z.string().min(1).max(256) });

/** What Akeyless is asked. */
interface Question {
  readonly token: string;
  readonly accessId: string;
  /** Full name of the item that the token must be about; absent where that is not known yet. */
  readonly item?: string;
  /** When the token ends, milliseconds since the Unix epoch. */
  readonly until: number;
}

/**
 * Asks Akeyless whether a token is genuine. `accessId` is the one that Akeyless found in it.
 * Throws KitError `validator_unavailable` where there is no definitive answer.
 */
export type Validate = (
  question: Question,
) => Promise<{ readonly genuine: true; readonly accessId: string } | { readonly genuine: false }>;

/** A validator and the connections it holds. */
export interface RemoteValidator {
  readonly validate: Validate;
  /** Rejects where the endpoint does not answer, or not as one that validates. */
  reach(): Promise<void>;
  close(): void;
}

/**
 * Client of `validate-producer-credentials`. Redirects are not followed: the token goes to the
 * configured host only. A failed connection is tried once more, an answer never.
 *
 * @param options.caFile PEM file of the authorities that replace the system's
 * @param options.proxy proxy through which the endpoint is reached; default: none
 * @param options.connections connections that are open at once
 * @param options.timeoutMs longest wait for a verdict, both attempts together
 */
export function createRemoteValidator(
  url: string,
  {
    caFile,
    proxy,
    connections,
    timeoutMs = VALIDATION_TIMEOUT_MS,
  }: {
    readonly caFile?: string | undefined;
    readonly proxy?: URL | undefined;
    readonly connections: number;
    readonly timeoutMs?: number;
  },
): RemoteValidator {
  const endpoint = new URL(url);
  const sockets = { keepAlive: true, timeout: KEEP_ALIVE_MS, maxSockets: connections };
  const agent = createAgent(endpoint, sockets, proxy);

  const send = (body: string, leftMs: number) =>
    exchange(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body,
      agent,
      tls: caFile === undefined ? {} : { ca: readAuthorities(caFile) },
      timeoutMs: leftMs,
      maxBytes: MAX_ANSWER_BYTES,
    });

  const post = async (body: string) => {
    const begun = performance.now();
    try {
      return await send(body, timeoutMs).catch((error: unknown) => {
        const failed = error instanceof ExchangeError && CONNECT_ERRORS.has(error.code);
        if (!failed) throw error;
        return send(body, Math.max(0, timeoutMs - (performance.now() - begun)));
      });
    } catch (cause) {
      throw new KitError("validator_unavailable.not_asked", {}, { cause });
    }
  };

  return {
    validate: async ({ token, accessId, item }) => {
      const { status, text } = await post(
        JSON.stringify({ creds: token, expected_access_id: accessId, expected_item_name: item }),
      );
      if (REJECTIONS.has(status)) return { genuine: false };
      if (status !== 200) {
        throw new KitError(
          "validator_unavailable.no_verdict",
          {},
          {
            cause: new Error(`validation answered ${status}`),
          },
        );
      }
      return { genuine: true, accessId: readAnswer(text) };
    },
    reach: async () => {
      const { status } = await post("{}").catch((error: KitError) => {
        const { cause } = error;
        const timeout = `no answer within ${timeoutMs} ms`;
        const known = cause instanceof ExchangeError ? cause.code : "";
        const why = known === "ABORT_ERR" ? timeout : known || "connection failed";
        throw new KitError("validator_unavailable.unreached", { why }, { cause });
      });
      if (!VERDICTS.has(status)) {
        throw new KitError("validator_unavailable.wrong_path", { status });
      }
    },
    close: () => agent.destroy(),
  };
}

function readAnswer(text: string): string {
  try {
    return answerSchema.parse(JSON.parse(text)).access_id;
  } catch {
    // The parser's error quotes the answer, which may hold claims: it is not passed on.
    throw new KitError("validator_unavailable.unreadable");
  }
}

/** What an endpoint that validates says to an empty question. */
const VERDICTS: ReadonlySet<number> = new Set([200, ...REJECTIONS]);

/** The connection failed, also one that was kept and is gone: asking again is safe. */
const CONNECT_ERRORS: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);

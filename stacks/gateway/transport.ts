/** Most bytes of an answer that are read: a page of a listing is a few megabytes at most. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** One request of the API: everything is a POST of a JSON object. */
export interface ApiRequest {
  readonly url: string;
  readonly body: object;
  /** Bounds the whole exchange, in milliseconds. Node's fetch waits at most 300 s for an answer. */
  readonly timeoutMs: number;
}

/** A complete answer. */
export interface ApiAnswer {
  readonly status: number;
  /** Parsed JSON; undefined where the answer is something else. */
  readonly body: unknown;
}

/** There is no complete answer. */
export class NoAnswer extends Error {
  readonly reason: "timeout" | "untrusted" | "unreachable" | "too-large";
  /** As Node names it, for example ECONNREFUSED. */
  readonly networkCode: string;

  constructor(reason: NoAnswer["reason"], networkCode: string) {
    super(networkCode);
    this.reason = reason;
    this.networkCode = networkCode;
  }
}

/** The gateway answered with a status that says no. Carries nothing of the answer's body. */
export class HttpStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.status = status;
  }
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|SSL/;
const TIMED_OUT = /TimeoutError|UND_ERR_(HEADERS|BODY)_TIMEOUT/;

/**
 * Sends one request, once. Redirects are not followed: the body holds credentials.
 *
 * @throws NoAnswer which carries nothing of request or answer
 */
export async function post(
  { url, body, timeoutMs }: ApiRequest,
  fetch: typeof globalThis.fetch,
): Promise<ApiAnswer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: json(await readText(response)) };
  } catch (error) {
    throw error instanceof NoAnswer ? error : noAnswer(error);
  }
}

/** Reading stops, and the connection ends, as soon as a body is too long. */
async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new NoAnswer("too-large", "answer too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Fetch tells why in `cause`, a failing body in the error itself. */
function noAnswer(error: unknown): NoAnswer {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  const code = String(cause?.code ?? (error as { code?: unknown }).code ?? "no answer");
  if (TIMED_OUT.test(`${name} ${code}`)) return new NoAnswer("timeout", code);
  return new NoAnswer(UNTRUSTED.test(code) ? "untrusted" : "unreachable", code);
}

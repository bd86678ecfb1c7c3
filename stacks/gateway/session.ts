import pRetry from "p-retry";
import type * as z from "zod";
import type { Clock } from "../../common/clock.ts";
import { authSchema } from "./answers.ts";
import { type ApiCall, refusedCall, unanswered, unexpectedAnswer } from "./api-error.ts";
import type { CloudLoginOptions } from "./cloud-id.ts";
import type { Connection } from "./connection.ts";
import { loginBody } from "./login.ts";
import { type ApiAnswer, HttpStatus, NoAnswer, post } from "./transport.ts";

/** Time limit of a call in milliseconds, where it has none of its own. */
const CALL_TIMEOUT_MS = 60_000;

/** How often a read is repeated after a passing failure. */
const RETRIES = 3;

/** Milliseconds before the first repetition of a read; doubled for each further one. */
const BACKOFF_MS = 500;

/** How long a token is used, in milliseconds; Akeyless's are valid for an hour unless set otherwise. */
const TOKEN_MS = 10 * 60_000;

/** What a session needs of the process around it; tests bring their own. */
export interface SessionOptions extends CloudLoginOptions {
  readonly clock: Clock;
}

/** A login at a gateway, made with the first call. */
export class GatewaySession {
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  #token: Promise<string> | undefined;
  #since = 0;

  constructor(connection: Connection, options: SessionOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Base address of the API. */
  get address(): string {
    return this.#connection.address;
  }

  /**
   * Asks for something that changes nothing. Repeated with a growing pause after 429, 5xx and a
   * failed connection.
   */
  async read(call: ApiCall, fields: object): Promise<unknown> {
    const token = await this.#logIn();
    return this.#repeated(call, { ...fields, token });
  }

  /** Changes something: sent once, because the answer of a change that was made may be lost. */
  async change(call: ApiCall, fields: object, timeoutMs = CALL_TIMEOUT_MS): Promise<void> {
    const token = await this.#logIn();
    await this.#attempt(call, { ...fields, token }, timeoutMs);
  }

  /** A token, for somebody who makes calls of their own. */
  token(): Promise<string> {
    return this.#logIn();
  }

  /** A token is used for a while: a process that goes on for days logs in again. */
  #logIn(): Promise<string> {
    const { clock } = this.#options;
    if (this.#token === undefined || clock.monotonic() - this.#since > TOKEN_MS) {
      this.#since = clock.monotonic();
      this.#token = this.#newToken();
    }
    return this.#token;
  }

  async #newToken(): Promise<string> {
    const { credentials } = this.#connection;
    if (credentials.type === "token") return credentials.token;
    const body = await loginBody(credentials, this.#options);
    const call: ApiCall = {
      address: this.address,
      path: "auth",
      kind: "auth",
      purpose: "log in",
      name: "",
    };
    const reply = await this.#repeated(call, body);
    return parsed(authSchema, reply, call).token;
  }

  async #repeated(call: ApiCall, body: object): Promise<unknown> {
    return pRetry(() => this.#attempt(call, body, CALL_TIMEOUT_MS), {
      retries: RETRIES,
      // The pause is made below, on our own clock.
      minTimeout: 0,
      shouldRetry: ({ error }) => isPassing(error),
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (retriesLeft > 0 && isPassing(error))
          await this.#options.clock.sleep(BACKOFF_MS * 2 ** (attemptNumber - 1));
      },
    });
  }

  async #attempt(call: ApiCall, body: object, timeoutMs: number): Promise<unknown> {
    const url = `${call.address}/${call.path}`;
    let answer: ApiAnswer;
    try {
      answer = await post({ url, body, timeoutMs }, this.#options.fetch);
    } catch (failure) {
      throw failure instanceof NoAnswer ? unanswered(call, failure) : failure;
    }
    if (answer.status < 200 || answer.status > 299) throw refusedCall(call, answer);
    if (answer.body === undefined) throw unexpectedAnswer(call, new Error("not JSON"));
    return answer.body;
  }
}

/** Whether the same question may well be answered a moment later. */
function isPassing({ cause }: Error): boolean {
  return cause instanceof NoAnswer
    ? cause.reason === "unreachable"
    : cause instanceof HttpStatus && (cause.status === 429 || cause.status >= 500);
}

/**
 * Parses an answer.
 *
 * @throws KitError `gateway_answer_unexpected`, which names the places that do not fit
 */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  reply: unknown,
  call: ApiCall,
): z.output<Schema> {
  const result = schema.safeParse(reply);
  if (result.success) return result.data;
  // Only the places of the mismatches are kept: the answer itself may hold what nobody should see.
  const places = result.error.issues.map((issue) => issue.path.join(".") || "(root)").join(", ");
  throw unexpectedAnswer(call, new Error(`unexpected type at ${places}`));
}

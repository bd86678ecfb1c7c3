import type { Body, Reply, V2Api } from "akeyless";
import type * as z from "zod";
import { apiError, type Call, unexpectedAnswer } from "./api-error.ts";
import type { Connection } from "./connection.ts";
import { authSchema } from "./item.ts";

/** Time limit of a call in milliseconds, where it has none of its own. */
const CALL_TIMEOUT_MS = 60_000;

/** One method of Akeyless's SDK. */
export type Method = (api: V2Api, body: Body) => Promise<Reply>;

/** A log-in at a gateway, made with the first call, over Akeyless's own SDK. */
export class Session {
  readonly #connection: Connection;
  #token: Promise<string> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Base address of the API. */
  get address(): string {
    return this.#connection.address;
  }

  /** Sends one request and returns the parsed JSON of its answer. */
  async send(
    call: Call,
    fields: Body,
    method: Method,
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<unknown> {
    this.#token ??= this.#logIn();
    const token = await this.#token;
    return this.#attempt(call, timeoutMs, (api) => method(api, { ...fields, token }));
  }

  async #logIn(): Promise<string> {
    const { credentials } = this.#connection;
    if (credentials.type === "token") return credentials.token;
    const call: Call = { address: this.address, kind: "auth", purpose: "log in" };
    const reply = await this.#attempt(call, CALL_TIMEOUT_MS, (api) =>
      api.authWithHttpInfo({
        "access-type": "access_key",
        "access-id": credentials.accessId,
        "access-key": credentials.accessKey,
      }),
    );
    return parsed(authSchema, reply, call).token;
  }

  async #attempt(call: Call, timeoutMs: number, method: (api: V2Api) => Promise<Reply>) {
    const api = await openApi(this.address, timeoutMs);
    try {
      return (await method(api)).response.body;
    } catch (thrown) {
      throw apiError(thrown, call);
    }
  }
}

/** Loads the SDK when the first call is made: it takes a second, which `--help` need not pay. */
async function openApi(address: string, timeoutMs: number): Promise<V2Api> {
  const { ApiClient, V2Api } = await import("akeyless");
  const client = new ApiClient(address);
  client.timeout = timeoutMs;
  return new V2Api(client);
}

/**
 * Parses an answer.
 *
 * @throws OperationsError `gateway_answer_unexpected`, which names the places that do not fit
 */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  reply: unknown,
  call: Call,
): z.output<Schema> {
  const result = schema.safeParse(reply);
  if (result.success) return result.data;
  // Only the places of the mismatches are kept: the answer itself may hold what nobody should see.
  const places = result.error.issues.map((issue) => issue.path.join(".") || "(root)").join(", ");
  throw unexpectedAnswer(call, new Error(`unexpected type at ${places}`));
}

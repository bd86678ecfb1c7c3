import { Agent, request } from "undici";
import { Redactor } from "../../../rotator/observability/redactor.ts";
import { secretsInPayload } from "../gateway/timeline.ts";

/** A request to the rotator under test. */
export interface Sent {
  readonly method: string;
  readonly token: string | undefined;
  readonly body: string;
}

/** What came back; status 0: no answer, for the reason in `body`. */
export interface Received {
  readonly status: number;
  readonly body: string;
  readonly headers: string;
  readonly milliseconds: number;
  /** The payload of a 200 that keeps the contract. */
  readonly payload: string | undefined;
}

/** An exchange, remembered for reports and for the search for secrets. */
export interface Exchange {
  readonly sent: Sent;
  readonly received: Received;
}

/** Characters; no payload of a real item is longer. */
const LONGEST_SECRET = 65_536;

/** The rotator under test, as the gateway sees it. */
export class TestedRotator {
  readonly exchanges: Exchange[] = [];
  readonly #url: string;
  readonly #limit: number;
  readonly #agent: Agent;
  readonly #redactor = new Redactor();
  readonly #monotonic: () => number;

  /** `limit`: milliseconds for one answer. */
  constructor(url: string, limit: number, monotonic: () => number, authority: string | undefined) {
    this.#url = url;
    this.#limit = limit;
    this.#monotonic = monotonic;
    this.#agent = new Agent({
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: authority === undefined ? {} : { ca: authority },
    });
  }

  get url(): URL {
    return new URL(this.#url);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Sends and waits for the answer, at most as long as the gateway does. */
  async send(sent: Sent, hangUpAfter = this.#limit): Promise<Received> {
    if (sent.token) this.#redactor.add(sent.token);
    this.#hide(sent.body);
    const began = this.#monotonic();
    const received = await this.#exchange(sent, hangUpAfter, began);
    this.#hide(received.body);
    this.exchanges.push({ sent, received });
    return received;
  }

  /** A text without the secrets of any exchange. */
  masked(text: string): string {
    return this.#redactor.redact(text);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #hide(body: string): void {
    const payload = payloadIn(body);
    // What a case pads is not secret, and more than the redactor takes.
    if (payload !== undefined && payload.length <= LONGEST_SECRET)
      this.#redactor.add(...secretsInPayload(payload));
  }

  async #exchange(sent: Sent, hangUpAfter: number, began: number): Promise<Received> {
    const milliseconds = () => Math.round(this.#monotonic() - began);
    try {
      const response = await request(this.#url, {
        dispatcher: this.#agent,
        method: sent.method as "POST",
        headers: {
          "content-type": "application/json",
          ...(sent.token !== undefined && { AkeylessCreds: sent.token }),
        },
        ...(sent.method !== "GET" && { body: sent.body }),
        signal: AbortSignal.timeout(hangUpAfter),
        reset: true,
      });
      const body = await response.body.text();
      return {
        status: response.statusCode,
        body,
        headers: JSON.stringify(response.headers),
        milliseconds: milliseconds(),
        payload: response.statusCode === 200 ? payloadIn(body) || undefined : undefined,
      };
    } catch (error) {
      const { name, code, message } = error as NodeJS.ErrnoException;
      const reason = name === "TimeoutError" ? "no answer in time" : (code ?? message);
      const nothing = { status: 0, headers: "", payload: undefined };
      return { ...nothing, body: reason, milliseconds: milliseconds() };
    }
  }
}

/** The payload of a body that keeps the contract. */
export function payloadIn(body: string): string | undefined {
  try {
    const { payload } = JSON.parse(body) as { payload?: unknown };
    return typeof payload === "string" ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** The beginning of a body, without the payload that it carries. */
export function shownBody(body: string, length: number): string {
  return payloadIn(body) === undefined ? body.slice(0, length) : '{"payload":"<payload>"}';
}

/** The request as a curl line, without its secrets. */
export function curlOf({ method, token, body }: Sent, url: URL): string {
  const quoted = shownBody(body, 80).replaceAll("'", "'\\''");
  return [
    `curl -X ${method} '${url}'`,
    ...(token === undefined ? [] : ["-H 'AkeylessCreds: <token>'"]),
    ...(method === "GET" ? [] : [`-d '${quoted}'`]),
  ].join(" ");
}

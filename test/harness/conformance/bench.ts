import type { FaultName } from "../faults.ts";
import type { Gateway } from "../gateway/index.ts";
import type { TcpRelay } from "../tcp-relay.ts";
import type { Received, Sent, TestedRotator } from "./subject.ts";

/** What depends on the account that is rotated. */
export interface Oracles {
  /** Whether what a payload holds opens the account; undefined where nobody can say. */
  readonly login?: (payload: string) => Promise<boolean>;
  /** Kills the rotator and starts it again; resolves when the command has ended. */
  readonly restart?: () => Promise<void>;
  /** The line from the rotator to its system. */
  readonly relay?: TcpRelay;
}

/** What a case works with. */
export class Bench {
  readonly subject: TestedRotator;
  readonly oracles: Oracles;
  /** The payloads that were stored, oldest first. */
  readonly stored: string[];
  readonly #gateway: Gateway;
  readonly #item: string;

  constructor(
    subject: TestedRotator,
    gateway: Gateway,
    item: string,
    payload: string,
    oracles: Oracles,
  ) {
    this.subject = subject;
    this.oracles = oracles;
    this.stored = [payload];
    this.#gateway = gateway;
    this.#item = item;
  }

  /** What the item holds now. */
  get current(): string {
    return this.stored.at(-1) ?? "";
  }

  token(overrides: { accessId?: string; expiresIn?: number; item?: string } = {}): Promise<string> {
    const { item = this.#item, ...rest } = overrides;
    return this.#gateway.issueCredentials(item, rest);
  }

  /** A request as the gateway sends it, with what the case changes; nothing is stored. */
  async send(changes: Partial<Sent> = {}, hangUpAfter?: number): Promise<Received> {
    const sent: Sent = {
      method: "POST",
      token: "token" in changes ? changes.token : await this.token(),
      body: changes.body ?? bodyOf(this.current),
      ...(changes.method !== undefined && { method: changes.method }),
    };
    return this.subject.send(sent, hangUpAfter);
  }

  /** Rotates as the gateway does: what is answered is stored. */
  async rotate(payload = this.current): Promise<Received> {
    const received = await this.send({ body: bodyOf(payload) });
    if (received.payload !== undefined) this.stored.push(received.payload);
    return received;
  }

  /**
   * Puts back what works after a case that failed, as somebody with admin rights would: one failure
   * must not make every later case fail. Of the last answers it takes the newest that opens the account.
   * False: none of them does, so the account is lost.
   */
  async repair(): Promise<boolean> {
    const answered = this.subject.exchanges.flatMap(({ received }) => received.payload ?? []);
    const candidates = answered.slice(-5).reverse();
    const { login } = this.oracles;
    for (const payload of candidates) {
      if (login && !(await login(payload))) continue;
      this.stored.push(payload);
      return true;
    }
    return login === undefined || (await login(this.current));
  }

  /** Runs `work` while the validator does something else than it should. */
  async withValidator<Result>(
    fault: FaultName,
    milliseconds: number,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const times = Number.POSITIVE_INFINITY;
    this.#gateway.faults.inject(fault, { at: "validation", times, milliseconds });
    try {
      return await work();
    } finally {
      this.#gateway.faults.clear();
    }
  }
}

/** The body that carries a payload. */
export function bodyOf(payload: string): string {
  return JSON.stringify({ payload });
}

/** An answer in a few words. */
export function answerInWords({ status, body }: Received): string {
  return status === 0 ? body : `status ${status}`;
}

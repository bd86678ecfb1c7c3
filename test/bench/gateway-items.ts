import { randomBytes } from "node:crypto";

/** Headers and body of a rotation. */
export interface ItemRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * The items of a gateway, as the rotator sees them: each request carries the payload that the answer before
 * has left, and a token that nobody has seen.
 */
export class GatewayItems {
  readonly #payloads = new Map<number, string>();
  readonly #tokens = new Map<number, string>();
  readonly #keepsTokens: boolean;

  /** @param options.keepsTokens whether each item comes with the same token every time. Default: no */
  constructor({ keepsTokens = false } = {}) {
    this.#keepsTokens = keepsTokens;
  }

  /** The next rotation of an item. */
  request(item: number): ItemRequest {
    const token = this.#tokens.get(item) ?? tokenOf(`/bench/${item}`);
    if (this.#keepsTokens) this.#tokens.set(item, token);
    const payload = this.#payloads.get(item) ?? firstPayload(item);
    return {
      headers: { "content-type": "application/json", akeylesscreds: token },
      body: JSON.stringify({ payload }),
    };
  }

  /** Stores what a rotation of the item answered. */
  store(item: number, answer: string): void {
    this.#payloads.set(item, (JSON.parse(answer) as { payload: string }).payload);
  }
}

/** What people write into an item before its first rotation. */
export function firstPayload(item: number): string {
  return JSON.stringify({
    system: "memory",
    username: `user-${item}`,
    password: "First-Pa55word-From-People",
  });
}

function tokenOf(item: string): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const attaches = JSON.stringify({ account_id: "acc-bench", item_name: item });
  const claims = { access_id: "p-gateway", attaches, iat: now, exp: now + 3_600 };
  const signature = randomBytes(64).toString("base64url");
  return `${encode({ alg: "ES256", typ: "JWT" })}.${encode(claims)}.${signature}`;
}

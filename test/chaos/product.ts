import { randomBytes } from "node:crypto";
import { listenOnLoopback } from "../harness/loopback.ts";

interface Credential {
  readonly username: string;
  readonly password: string;
}

/** What the product remembers of its accounts. */
interface State {
  /** Primary password by user name, and what is retained beside it. */
  readonly passwords: Readonly<Record<string, readonly string[]>>;
  /** Secrets by the name of the key. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Failed logins in a row that lock an account, and keys that an account may have. */
const LOCKS_AFTER = 5;
const MOST_KEYS = 9;

const refused = (reason: string) => ({ result: "refused", reason });

/**
 * A product whose accounts keep a second password, and whose keys have names: what the reporting
 * application cannot do. An account locks at the fifth failed login in a row, for good.
 */
export class Product {
  #state: State;
  readonly #forgetsAfter: number;
  #failed = 0;
  #lastFailed = 0;
  lockouts = 0;

  constructor(state: State, forgetsAfter: number) {
    this.#state = state;
    this.#forgetsAfter = forgetsAfter;
  }

  /** Its accounts as they are, to be restored. */
  get state(): State {
    return this.#state;
  }

  restore(state: State): void {
    this.#state = state;
  }

  /** Whether a password opens the account; asked by us, it counts as no login. */
  opens({ username, password }: Credential): boolean {
    const { passwords, keys } = this.#state;
    return (
      Boolean(passwords[username]?.includes(password)) || Object.values(keys).includes(password)
    );
  }

  /** One call of a system's verb; arguments as `System` has them. */
  call(verb: string, first: Credential, second: Credential | string): object {
    if (!this.#login(first)) {
      if (verb === "probe") return { result: "invalid" };
      return verb === "revoke" ? { result: "failed", reason: "login" } : refused("login");
    }
    const { passwords, keys } = this.#state;
    const { username } = first;
    if (verb === "probe") return { result: "valid" };
    if (verb === "changeRetaining" && typeof second === "object") {
      if (passwords[username]?.[0] !== first.password) return refused("not_primary");
      const kept = [second.password, first.password];
      this.#state = { keys, passwords: { ...passwords, [username]: kept } };
      return { result: "changed" };
    }
    const name = String(second);
    if (verb === "create") {
      if (keys[name] !== undefined) return { result: "exists" };
      if (Object.keys(keys).length >= MOST_KEYS) return { result: "full" };
      const key = { username, password: randomBytes(24).toString("base64url") };
      this.#state = { passwords, keys: { ...keys, [name]: key.password } };
      return { result: "created", key };
    }
    const { [name]: _, ...left } = keys;
    this.#state = { passwords, keys: left };
    return { result: "revoked" };
  }

  #login(credential: Credential): boolean {
    const now = performance.now();
    if (now - this.#lastFailed >= this.#forgetsAfter) this.#failed = 0;
    if (this.#failed >= LOCKS_AFTER) return false;
    if (this.opens(credential)) {
      this.#failed = 0;
      return true;
    }
    this.#failed += 1;
    this.#lastFailed = now;
    if (this.#failed === LOCKS_AFTER) this.lockouts += 1;
    return false;
  }
}

/** Serves the product on loopback: `POST /<verb>` with the arguments as a JSON list. */
export async function serveProduct(product: Product) {
  return listenOnLoopback(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const [first, second] = JSON.parse(body);
    const verb = request.url?.slice(1) ?? "";
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(product.call(verb, first, second)));
  });
}

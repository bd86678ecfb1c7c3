/** Names of payload fields that the rotator and the documentation use; others may hold a secret. */
const KNOWN = new Set([
  ...["system", "username", "user", "password", "current_password", "policy", "_rotation"],
  ...["users", "active", "token", "key", "host", "url", "base_url", "length", "database", "port"],
]);

/**
 * Names of payload fields as they may be shown: those of a known vocabulary, and a number in order
 * of appearance for each other one, the same for the payload before and after a change.
 */
export class PayloadNames {
  readonly #others = new Map<string, string>();

  /** A path of names, joined by dots. */
  shown(path: string): string {
    return path
      .split(".")
      .map((name) => (name === "" || KNOWN.has(name) ? name : this.#other(name)))
      .join(".");
  }

  #other(name: string): string {
    const known = this.#others.get(name);
    if (known !== undefined) return known;
    const given = `(field ${this.#others.size + 1})`;
    this.#others.set(name, given);
    return given;
  }
}

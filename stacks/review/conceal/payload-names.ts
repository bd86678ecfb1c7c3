/** Names that the rotator, the documentation and the provider use; others may hold a secret. */
const KNOWN = new Set([
  ...[
    "payload",
    "system",
    "username",
    "user",
    "password",
    "current_password",
    "policy",
    "_rotation",
  ],
  ...["users", "active", "token", "key", "host", "url", "base_url", "length", "database", "port"],
  ...["former_policies", "rotation_interval_s", "key_id", "key_name", "0", "1"],
  ...["uppercase", "lowercase", "numbers", "symbols", "allowed_symbols"],
  // Arguments of the provider's login blocks.
  ...["access_id", "access_key", "admin_email", "admin_password", "uid_token", "jwt", "key_data"],
  ...["v", "gen", "gens", "kid", "policyId", "at", "prev", "item", "retire"],
]);

/** Whether the name of a payload's field is not secret. */
export const isKnownName = (name: string): boolean => KNOWN.has(name);

/**
 * Names of payload fields as they may be shown: those of a known vocabulary, and a number in order
 * of appearance for each other one, the same for the payload before and after a change.
 */
export class PayloadNames {
  readonly #others = new Map<string, string>();

  /** A path of names, joined by dots. */
  shown(path: string): string {
    if (isKnownName(path)) return path;
    return path
      .split(".")
      .map((name) => (name === "" || isKnownName(name) ? name : this.#other(name)))
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

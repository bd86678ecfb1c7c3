/** One cookie of a Set-Cookie header; its attributes do not matter here. */
function* cookiesOf(headers: readonly string[]): Generator<readonly [name: string, value: string]> {
  for (const header of headers) {
    const [pair = ""] = header.split(";", 1);
    const at = pair.indexOf("=");
    if (at > 0) yield [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  }
}

/** The value that Set-Cookie headers give a cookie; the last one counts. */
export function cookieValue(headers: readonly string[], wanted: string): string | undefined {
  return [...cookiesOf(headers)].findLast(([name]) => name === wanted)?.[1];
}

/**
 * The cookies of one login at one origin (RFC 6265). Attributes do not matter: every request of the
 * login goes to the same origin, within seconds.
 */
export class Cookies {
  readonly #values = new Map<string, string>();

  get size(): number {
    return this.#values.size;
  }

  /** Takes over the Set-Cookie headers of an answer; an empty value removes a cookie. */
  take(headers: readonly string[]): void {
    for (const [name, value] of cookiesOf(headers)) {
      if (value === "" || value === '""') this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }

  /** The Cookie header, and the header that repeats a cookie against request forgery. */
  headers(csrf?: { readonly cookie: string; readonly header: string }): Record<string, string> {
    if (this.#values.size === 0) return {};
    const pairs = [...this.#values].map(([name, value]) => `${name}=${value}`);
    const repeated = csrf && this.#values.get(csrf.cookie);
    const cookie = pairs.join("; ");
    return csrf && repeated !== undefined ? { cookie, [csrf.header]: repeated } : { cookie };
  }
}

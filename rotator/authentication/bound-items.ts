import type { ItemBinding } from "../rotation/rotation.ts";

/** Matches one part of a path, in a pattern of item names and in its user names. */
const ANY = "*";

/** An entry whose name holds a `*`, cut at it. */
interface Pattern {
  readonly before: string;
  readonly after: string;
  readonly binding: ItemBinding;
}

/**
 * The items that the operator allows, by name or by pattern. In a pattern `*` is one part of the path
 * (or a piece of it, never a slash), and the same text takes its place in the user names. A full name
 * wins over patterns; an item that fits two patterns belongs to neither.
 */
export class BoundItems {
  readonly #exact: ReadonlyMap<string, ItemBinding>;
  readonly #patterns: readonly Pattern[];

  constructor(items: Readonly<Record<string, ItemBinding>>) {
    const entries = Object.entries(items);
    this.#exact = new Map(entries.filter(([name]) => !name.includes(ANY)));
    this.#patterns = entries.flatMap(([name, binding]) => {
      const [before = "", after] = name.split(ANY);
      return after === undefined ? [] : [{ before, after, binding }];
    });
  }

  /** What an item is bound to; undefined where the operator allows no such item. */
  bindingOf(name: string): ItemBinding | undefined {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    const [found, ...others] = this.#patterns.flatMap(({ before, after, binding }) => {
      const text = between(name, before, after);
      if (text === undefined) return [];
      const usernames = binding.usernames.map((username) => username.split(ANY).join(text));
      return [{ ...binding, usernames }];
    });
    return others.length === 0 ? found : undefined;
  }

  /** The item, where there can be only one. */
  get only(): string | undefined {
    const [name] = this.#exact.keys();
    return this.#exact.size === 1 && this.#patterns.length === 0 ? name : undefined;
  }

  /** Names of the items that may rotate all these users of the system. */
  fitting(system: string, usernames: readonly string[]): string[] {
    const [first] = usernames;
    if (first === undefined) return [];
    const named = this.#patterns.flatMap(({ before, after, binding }) =>
      binding.usernames.flatMap((pattern) => {
        const [head = "", tail = ""] = pattern.split(ANY);
        const text = between(first, head, tail);
        return text === undefined ? [] : [`${before}${text}${after}`];
      }),
    );
    return [...new Set([...this.#exact.keys(), ...named])].filter((name) => {
      const binding = this.bindingOf(name);
      if (binding?.system !== system) return false;
      return usernames.every((username) => binding.usernames.includes(username));
    });
  }
}

/** What is between both ends of a text; undefined where they are not its ends. */
function between(text: string, before: string, after: string): string | undefined {
  if (text.length <= before.length + after.length) return undefined;
  if (!text.startsWith(before) || !text.endsWith(after)) return undefined;
  const found = text.slice(before.length, text.length - after.length);
  return found.includes("/") ? undefined : found;
}

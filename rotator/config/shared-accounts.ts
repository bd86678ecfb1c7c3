import type { RotatorConfig } from "./schema.ts";

/**
 * Sentences about accounts that several items rotate: each rotation of the one makes what the other
 * stores worthless. Warnings only, because both names of an item stand here while it is renamed.
 * Several keys of one owner, as `key-pair` makes them, do not get in each other's way.
 */
export function sharedAccounts({ items }: Pick<RotatorConfig, "items">): string[] {
  const itemsOf = new Map<string, { account: string; names: string[] }>();
  for (const [name, { system, usernames, strategy }] of Object.entries(items)) {
    if (strategy === "key-pair") continue;
    for (const username of new Set(usernames)) {
      const key = JSON.stringify([system, username]);
      const entry = itemsOf.get(key) ?? { account: `${username} of ${system}`, names: [] };
      entry.names.push(name);
      itemsOf.set(key, entry);
    }
  }
  return [...itemsOf.values()]
    .filter(({ names }) => names.length > 1)
    .map(
      ({ account, names }) =>
        `${names.join(" and ")} rotate the same account, ${account}: each rotation makes the password that another one stores invalid; keep one of them.`,
    );
}

import { badRequest } from "./api-error.ts";

/** How many entries a page of a listing has. */
const PAGE_SIZE = 100;

/**
 * The page of `all` that a pagination token asks for; no token: the first one. `next` is the token
 * of the page after it, undefined on the last one. The token names the entry to go on after, so a
 * deletion between two calls makes no entry disappear.
 */
export function listingPage<T extends { name: string }>(
  all: readonly T[],
  token: string | undefined,
): { entries: readonly T[]; next: string | undefined } {
  const after = token ? decode(token) : "";
  const rest = all.filter(({ name }) => name > after);
  const entries = rest.slice(0, PAGE_SIZE);
  const last = rest.length > PAGE_SIZE ? entries.at(-1) : undefined;
  return { entries, next: last && Buffer.from(last.name).toString("base64url") };
}

function decode(token: string): string {
  const name = Buffer.from(token, "base64url").toString();
  if (!name.startsWith("/")) throw badRequest("invalid parameter - pagination-token");
  return name;
}

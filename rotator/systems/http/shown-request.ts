import { type BuiltRequest, buildRequest } from "./build-request.ts";
import type { RecipeRequest } from "./recipe-request.ts";
import type { ReferenceValue, Scope } from "./reference.ts";

/** Shown in place of a secret wherever a request is shown. */
const MASK = "********";

/** The values that identify nothing but an account. */
const SHOWN = /^(?:parameters\.|key\.|(?:account|next|admin)\.(?:username|client_id)$)/;

/** A request as it is shown to people: the same parts in the same places, every secret masked. */
export function shownRequest(
  request: RecipeRequest,
  scope: Scope,
  login: Readonly<Record<string, string>> = {},
): BuiltRequest {
  const masked = new Map<string, ReferenceValue>();
  for (const [name, value] of scope) {
    // What an answer held may be an id or a token: its name says enough.
    const stand = name.startsWith("found.") ? name : MASK;
    masked.set(name, SHOWN.test(name) ? value : stand);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(login)) {
    const [scheme = "", rest] = value.split(" ", 2);
    headers[name] =
      rest === undefined || name.toLowerCase() === "cookie" ? MASK : `${scheme} ${MASK}`;
  }
  return buildRequest(request, masked, headers);
}

import { holdsLogin, mayCarryCredentials, toUrl } from "../../common/url.ts";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";

/**
 * Refuses an address that would send a credential somewhere unsafe or unclear. The address itself
 * is not repeated where it may hold a password.
 *
 * @param plainHttp how one asks for plain http; without it only https is allowed
 */
export function validateUrl(
  what: string,
  value: string,
  plainHttp?: { readonly property: string; readonly allowed: boolean },
): void {
  if (isUnknown(value)) return;
  const url = toUrl(value);
  if (url === undefined) {
    throw refusal(what, `${shownValue(value)}, which is not an address`, "give https://host/path");
  }
  if (holdsLogin(url)) {
    throw refusal(what, `on ${url.host} with a user name or password in it`, "leave them out");
  }
  if (!mayCarryCredentials(url, () => plainHttp?.allowed === true)) {
    const otherwise =
      url.protocol === "http:" && plainHttp
        ? `, or ask for it with ${plainHttp.property}: true`
        : "";
    throw refusal(
      what,
      `${url.protocol}//${url.host}`,
      `only https is allowed, because credentials travel over it${otherwise}`,
    );
  }
  if (url.hash !== "") {
    throw refusal(
      what,
      `on ${url.host} with a fragment (#...)`,
      "a fragment is never sent, leave it out",
    );
  }
}

const refusal = (what: string, found: string, remedy: string): DeclarationError =>
  new DeclarationError("invalid_declaration", `${what} is ${found}: ${remedy}`);

const KEY = "rotation-kit-gateway-token";

/**
 * The control token: from the part of the address behind `#`, which is then taken out of the address
 * and of the history, or as it was given before in this tab.
 */
export function takeToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** Keeps a token that somebody typed, for this tab. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** Forgets a token that was refused. */
export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
}

import { setTimeout as sleep } from "node:timers/promises";

/** An account of an application, as the payload of its item holds it. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** Reads the account from the gateway. `token` is one of an identity that may read this item only. */
export async function readAccount(gateway: string, token: string, name: string): Promise<Account> {
  const response = await fetch(`${gateway}/rotated-secret-get-value`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, token }),
  });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  const { value } = (await response.json()) as { value: { payload: string } };
  const { username, password, current_password } = JSON.parse(value.payload);
  return { username, password: password ?? current_password };
}

/**
 * Logs in with an account whose password rotates: reads it once, and again when a login is refused.
 * It does not try the refused password again, in later calls either, so that it does not lock the
 * account. Calls at the same moment may each try it once.
 */
export function rotatingAccount(
  read: () => Promise<Account>,
  isRefused: (error: unknown) => boolean,
  pauseMs = 3_000,
) {
  let known: Account | undefined;
  let refusal: { readonly password: string; readonly error: unknown } | undefined;
  return async function use<T>(logIn: (account: Account) => Promise<T>): Promise<T> {
    // A rotation may be under way: the gateway stores the new password a moment after the change.
    for (const pause of [0, 0, pauseMs]) {
      let account = known;
      if (account === undefined || account.password === refusal?.password) {
        await sleep(pause);
        account = await read();
        known = account;
      }
      if (account.password === refusal?.password) continue;
      try {
        return await logIn(account);
      } catch (error) {
        if (!isRefused(error)) throw error;
        refusal = { password: account.password, error };
      }
    }
    throw refusal?.error;
  };
}

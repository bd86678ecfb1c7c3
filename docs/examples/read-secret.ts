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
 * It never tries a refused password twice, so that it does not lock the account.
 */
export function rotatingAccount(
  read: () => Promise<Account>,
  isRefused: (error: unknown) => boolean,
  pauseMs = 3_000,
) {
  let known: Account | undefined;
  return async function use<T>(logIn: (account: Account) => Promise<T>): Promise<T> {
    known ??= await read();
    try {
      return await logIn(known);
    } catch (error) {
      if (!isRefused(error)) throw error;
      const refused = known.password;
      known = await read();
      if (known.password === refused) {
        // A rotation is under way: the gateway stores the new password a moment after the change.
        await sleep(pauseMs);
        known = await read();
      }
      if (known.password === refused) throw error;
      return logIn(known);
    }
  };
}

import { type Found, good, problem } from "./check.ts";

const DAY_MS = 86_400_000;

/** Days before the end of a certificate from which it is a problem. */
const SOON_DAYS = 7;

/** Whether a certificate ends soon. Times in milliseconds since the Unix epoch. */
export function expiry(what: string, expiresAt: number, now: number): Found[] {
  const days = Math.floor((expiresAt - now) / DAY_MS);
  const evidence = `${what} ends in ${days} days`;
  return days < SOON_DAYS ? problem(evidence, "renew it") : good(evidence);
}

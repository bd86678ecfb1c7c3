import { createHmac, timingSafeEqual } from "node:crypto";

/** Whether a notification is the rotator's own and not older than five minutes. */
export function isGenuine(
  body: string,
  signature: string,
  secret: string,
  now = Date.now(),
): boolean {
  const [, at, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (mac === undefined || Math.abs(now / 1000 - Number(at)) > 300) return false;
  const expected = createHmac("sha256", secret).update(`${at}.${body}`).digest();
  return timingSafeEqual(Buffer.from(mac, "hex"), expected);
}

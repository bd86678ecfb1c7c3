import { createHmac } from "node:crypto";
import * as z from "zod";

/** What is told of a rotation: names and a number, never a secret. */
export const messageSchema = z.strictObject({
  version: z.literal(1),
  /** The same for every attempt, so that a receiver knows what it has seen. */
  id: z.uuid(),
  event: z.literal("rotated"),
  item: z.string(),
  system: z.string(),
  generation: z.int(),
  /** ISO 8601. */
  at: z.string(),
});

/** One notification. */
export type Message = z.output<typeof messageSchema>;

/**
 * `t=<seconds since 1970>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>`. The time is that of the attempt, so
 * that a receiver can refuse what somebody repeats later.
 */
export function signatureOf(body: string, secret: string, now: number): string {
  const seconds = Math.floor(now / 1000);
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${mac}`;
}

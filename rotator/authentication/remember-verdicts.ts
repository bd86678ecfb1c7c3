import { createHash } from "node:crypto";
import { putBounded } from "../../common/bounded-map.ts";
import type { Clock } from "../../common/clock.ts";
import type { Validate } from "./validator.ts";

/** Verdicts that are remembered at once; the oldest are forgotten first. */
const CAPACITY = 1_024;

interface Confirmation {
  readonly accessId: string;
  /** End of its token. */
  readonly until: number;
  /** Monotonic time at which it came. */
  readonly at: number;
}

/**
 * Believes a confirmation for a while, and never beyond the end of its token, so that a gateway's next
 * request costs no question. Refusals and outages are not remembered. What it costs: for so long a
 * token that was revoked is still served here.
 *
 * @param ms how long a confirmation is believed, in milliseconds; with 0 every request asks Akeyless
 */
export function rememberVerdicts(validate: Validate, clock: Clock, ms: number): Validate {
  if (ms === 0) return validate;
  const confirmed = new Map<string, Confirmation>();
  return async (question) => {
    const { token, accessId, item = "", until } = question;
    // Only a hash is kept: a dump of the memory opens nothing.
    const key = createHash("sha256")
      .update(JSON.stringify([token, accessId, item]))
      .digest("base64");
    const known = confirmed.get(key);
    // A machine's clock that is set back must not keep a verdict alive.
    if (known && known.until > clock.now() && clock.monotonic() - known.at <= ms)
      return { genuine: true, accessId: known.accessId };
    confirmed.delete(key);
    const verdict = await validate(question);
    if (verdict.genuine) {
      const confirmation = { accessId: verdict.accessId, until, at: clock.monotonic() };
      putBounded(confirmed, key, confirmation, CAPACITY);
    }
    return verdict;
  };
}

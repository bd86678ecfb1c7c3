import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../common/clock.ts";
import type { Validate } from "./validator.ts";

/** Verdicts that are remembered at once; the ones that nobody asked for longest are forgotten first. */
const CAPACITY = 1_024;

/**
 * Believes a confirmation for a while, and never beyond the end of its token, so that a gateway's next
 * request costs no question. Refusals and outages are not remembered. What it costs: for so long a
 * token that was revoked is still served here.
 *
 * @param ms how long a confirmation is believed, in milliseconds; with 0 every request asks Akeyless
 */
export function rememberVerdicts(validate: Validate, clock: Clock, ms: number): Validate {
  if (ms === 0) return validate;
  const confirmed = new LRUCache<string, { readonly accessId: string; readonly until: number }>({
    max: CAPACITY,
    ttl: ms,
    ttlResolution: 0,
    // A machine's clock that is set back must not keep a verdict alive.
    perf: { now: () => clock.monotonic() },
  });
  return async (question) => {
    const { token, accessId, item = "", until } = question;
    // Only a hash is kept: a dump of the memory opens nothing.
    const key = createHash("sha256")
      .update(JSON.stringify([token, accessId, item]))
      .digest("base64");
    const known = confirmed.get(key);
    if (known !== undefined && known.until > clock.now())
      return { genuine: true, accessId: known.accessId };
    const verdict = await validate(question);
    if (verdict.genuine) confirmed.set(key, { accessId: verdict.accessId, until });
    return verdict;
  };
}

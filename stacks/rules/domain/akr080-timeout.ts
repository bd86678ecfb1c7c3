import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asWholeNumber } from "../values.ts";
import { secret } from "./example.ts";

export const timeout: Rule = {
  id: "AKR080",
  title: "gateway gives up before the rotator",
  severity: "low",
  phase: "synth",
  reason:
    "If the gateway stops waiting while the rotator still works, the password changes and nobody gets the new one. The kit's rotator recovers from that at the next rotation; until then the stored password is wrong.",
  remedy:
    "Raise timeoutSec above the rotator's time limit, or lower that and limits.rotator_budget_seconds.",
  examples: {
    pass: [
      { title: "the server's default of 40 seconds", resources: [secret()] },
      { title: "60 seconds", resources: [secret({ timeout_sec: 60 })] },
      {
        title: "20 seconds for a fast rotator",
        resources: [secret({ timeout_sec: 20 })],
        policy: { limits: { rotator_budget_seconds: 10 } },
      },
    ],
    fail: [
      { title: "30 seconds", resources: [secret({ timeout_sec: 30 })] },
      {
        title: "the default, with a slow rotator",
        resources: [secret()],
        policy: { limits: { rotator_budget_seconds: 60 } },
      },
    ],
  },
  *check({ deployment, policy: { limits } }) {
    const needed = limits.rotator_budget_seconds + limits.timeout_margin_seconds;
    for (const { address, attributes } of secretsOf(deployment)) {
      const declared = asWholeNumber(attributes.timeout_sec ?? SERVER_DEFAULT_SECONDS);
      if (declared === undefined) continue;
      // The provider does not send a zero, so the server's default holds.
      const waits = declared > 0 ? declared : SERVER_DEFAULT_SECONDS;
      if (waits >= needed) continue;
      const message = `the gateway waits ${waits} seconds; the rotator may need ${limits.rotator_budget_seconds}, with a margin ${needed}`;
      yield { address, attribute: "timeout_sec", message };
    }
  },
};

/** How long the gateway waits when nothing is declared (CLI and API reference). */
const SERVER_DEFAULT_SECONDS = 40;

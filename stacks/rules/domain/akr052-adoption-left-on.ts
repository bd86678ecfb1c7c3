import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";

export const adoptionLeftOn: Rule = {
  id: "AKR052",
  title: "adoption left on",
  severity: "low",
  phase: "synth",
  reason:
    "Code that takes an item over takes over whatever has that name: also an item that somebody made anew after this one was deleted.",
  remedy: "Remove adoptExisting once the deploy that adopted the item is through.",
  examples: {
    pass: [
      { title: "nothing is taken over", resources: [secret()] },
      {
        title: "the plan that adopts it",
        resources: [secret({}, { change: "none", adoption: "adopting" })],
      },
    ],
    fail: [
      { title: "declared (info)", resources: [secret({}, { adoption: "declared" })] },
      {
        title: "adopted long ago (low)",
        resources: [secret({}, { change: "none", adoption: "done" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, adoption } of secretsOf(deployment)) {
      if (adoption === "declared") {
        const message = "the declaration takes an existing item over; it needs that only once";
        yield { address, severity: "info", message };
      } else if (adoption === "done") {
        const message = "the item is adopted already, and the declaration still takes it over";
        yield { address, message };
      }
    }
  },
};

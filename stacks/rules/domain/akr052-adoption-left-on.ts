import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";

export const adoptionLeftOn: Rule = {
  id: "AKR052",
  title: "adoption left on",
  severity: "low",
  phase: "synth",
  reason:
    "The code adopts any item with this name, also one that somebody created after this one was deleted.",
  remedy: "Remove adoptExisting after the deploy that adopted the item.",
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
        const message = "the declaration adopts an existing item; it needs that only once";
        yield { address, severity: "info", message };
      } else if (adoption === "done") {
        const message = "the item is already adopted, and the declaration still adopts it";
        yield { address, message };
      }
    }
  },
};

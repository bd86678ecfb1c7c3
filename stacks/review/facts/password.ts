import type { ReviewedItem } from "./item.ts";
import { changedPayloadFields } from "./payload.ts";

/** What becomes of a secret's password when the plan is applied, from best to worst. */
export const FATES = ["stays", "first", "sent_again", "bootstrap", "lost"] as const;
export type Fate = (typeof FATES)[number];

/** What becomes of a password, and what the reader has to know with it. */
export interface PasswordFate {
  readonly fate: Fate;
  readonly note?: string;
}

/** Follows the password of a secret through the plan. */
export function fateOf(item: ReviewedItem): PasswordFate {
  if (item.deferred === undefined) return fateOfChange(item);
  const fate = item.resource.change === "create" ? "first" : "stays";
  return { fate, note: "Terraform puts this off to a later plan, which needs a review of its own" };
}

function fateOfChange(item: ReviewedItem): PasswordFate {
  switch (item.resource.change) {
    case "declared":
    case "none":
      return { fate: "stays" };
    case "create":
      return item.realisation === "provider"
        ? { fate: "first" }
        : { fate: "first", note: "an item that exists already keeps its value" };
    case "update":
      return item.realisation === "provider" ? fateOfUpdate(item) : fateOfSteps(item);
    case "replace":
      return { fate: "lost", note: "the item starts over with the bootstrap password" };
    case "delete":
      return { fate: "lost", note: "the item goes with all its versions" };
    case "forget":
      return { fate: "stays", note: "it goes on rotating, and no code manages it" };
  }
}

/** Every update of the provider sends the payload (its source, 2.x). */
function fateOfUpdate({ resource: { payload, payloadBefore } }: ReviewedItem): PasswordFate {
  if (payload === undefined) return { fate: "stays" };
  const changed = changedPayloadFields(payloadBefore, payload);
  if (changed === undefined) {
    return { fate: "sent_again", note: "whether it is the same value cannot be told" };
  }
  return changed.length === 0 ? { fate: "sent_again" } : { fate: "bootstrap" };
}

function fateOfSteps({ payloadVersion }: ReviewedItem): PasswordFate {
  if (payloadVersion === undefined) return { fate: "stays" };
  return {
    fate: "bootstrap",
    note: `unless the item got version ${payloadVersion} of the bootstrap payload before`,
  };
}

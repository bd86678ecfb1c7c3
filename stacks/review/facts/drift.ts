import { SECRET_TYPE, TARGET_TYPE } from "../../rules/model.ts";
import type { Plan, ResourceChange } from "../read/plan-schema.ts";
import { changeOf } from "./change.ts";
import type { Context } from "./context.ts";
import { differencesOf, fields, own, sameValue } from "./differences.ts";

/** Something that changed outside of Terraform since the last apply. */
export interface Drift {
  readonly address: string;
  /** `expected`: a rotation; `reverted`: this plan puts it back; `look`: nobody says why. */
  readonly kind: "expected" | "reverted" | "look";
  /** One sentence without full stop. */
  readonly sentence: string;
}

/** What changed outside, of items and Web Targets. Null and "" are the same. */
export function driftInPlan(plan: Plan, context: Context): Drift[] {
  const planned = new Map(
    plan.resource_changes
      .filter(({ deposed }) => deposed === undefined)
      .map((entry) => [entry.address, entry]),
  );
  return plan.resource_drift
    .filter(({ type }) => type === SECRET_TYPE || type === TARGET_TYPE)
    .flatMap((entry) => driftIn(entry, planned.get(entry.address), context));
}

function driftIn(
  entry: ResourceChange,
  planned: ResourceChange | undefined,
  context: Context,
): Drift[] {
  const { address } = entry;
  if (changeOf(entry.change.actions) === "delete") {
    const again = planned?.change.actions.includes("create");
    const sentence = again ? "was deleted, and this plan creates it again" : "was deleted";
    return [{ address, kind: again ? "reverted" : "look", sentence }];
  }
  const rotated: Drift[] = context.driftedPayloads.has(address)
    ? [{ address, kind: "expected", sentence: "rotated" }]
    : [];
  const others = differencesOf(entry, context.concealer).flatMap(
    ({ attribute, before, after }): Drift[] => {
      if (isFirstReading(entry, attribute)) return [];
      const values =
        before === undefined || after === undefined ? "changed" : `went from ${before} to ${after}`;
      const back = isReverted(entry, planned, attribute);
      const sentence = `${attribute} ${values}${back ? ", and this plan puts it back" : ""}`;
      return [{ address, kind: back ? "reverted" : "look", sentence }];
    },
  );
  return [...rotated, ...others];
}

/** What was not set is read back as 0 or false: the apply before did not know it yet. */
function isFirstReading({ change }: ResourceChange, attribute: string): boolean {
  const [before, after] = [change.before, change.after].map((side) => own(fields(side), attribute));
  return sameValue(before, null) && /^(0|false)$/.test(String(after));
}

function isReverted(
  drift: ResourceChange,
  planned: ResourceChange | undefined,
  attribute: string,
): boolean {
  if (planned === undefined) return false;
  const live = own(fields(drift.change.after), attribute);
  return !sameValue(own(fields(planned.change.after), attribute), live);
}

import { PROTECTION_STEP } from "../../attributes/protection-step.ts";
import type { ReviewedItem } from "../facts/item.ts";
import { ownersOf } from "../facts/steps.ts";
import type { PlanFile } from "../read/find-plans.ts";
import type { Plan } from "../read/plan-schema.ts";
import { ERRORED } from "./verdict.ts";

/** What is wrong with the plan as a whole. OpenTofu has no `complete`: absent is not false. */
export function bannersOf(
  { plan, unknownWords }: PlanFile,
  items: readonly ReviewedItem[],
): string[] {
  const deferred = plan.deferred_changes.length;
  const actions = plan.action_invocations.length + plan.deferred_action_invocations.length;
  return [
    ...(plan.errored ? [ERRORED] : []),
    ...(plan.complete === false && !plan.errored
      ? ["The plan is not complete: -target, or deferred changes, leave a part of the code out"]
      : []),
    ...(deferred > 0 ? [`Deferred to a later plan: ${deferred}`] : []),
    ...(actions > 0
      ? [`Actions that Terraform invokes: ${actions}; what they do is not reviewed`]
      : []),
    ...failedChecks(plan, items),
    ...(unknownWords.length > 0
      ? [`Words of a newer format, not understood: ${unknownWords.slice(0, 10).join(", ")}`]
      : []),
  ];
}

/** The message of a check is its author's text and may hold values: only the place is told. */
function failedChecks({ checks }: Plan, items: readonly ReviewedItem[]): string[] {
  const failed = checks.filter(hasFailed);
  if (failed.length === 0) return [];
  const ownerOf = ownersOf(items);
  return failed.map((check) => {
    const { type = "", name = "", module: module_address, to_display: shown } = check.address;
    const meaning = MEANINGS.find(([step]) => step.test(name))?.[1];
    const places = check.instances.filter(hasFailed);
    const owners = places.flatMap(
      ({ address: { instance_key: index } }) =>
        ownerOf({ type, name, module_address, index }) ?? [],
    );
    if (meaning === undefined || owners.length === 0)
      return `A check failed: ${shown ?? "unnamed"}`;
    const names = owners.map((owner) => {
      const item = items.find(({ address }) => address === owner);
      return item?.formerName ?? item?.name ?? owner;
    });
    return `${meaning}: ${names.slice(0, 10).join(", ")}`;
  });
}

const hasFailed = ({ status }: { readonly status: string }): boolean =>
  status === "fail" || status === "error";

/** What it means that a condition of one of the kit's own steps does not hold. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /_Guard_[0-9A-F]{8}$/,
    "The guard stopped the plan, which would write a payload that is not the live one, or print the password",
  ],
  [
    new RegExp(`^${PROTECTION_STEP}$|_(Existence|Life|Unprotected)_[0-9A-F]{8}$`),
    "Delete protection stopped the plan, which would delete or replace what is protected",
  ],
];

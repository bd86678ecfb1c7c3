import type { PlannedChange, Resource } from "../../rules/model.ts";
import type { ResourceChange } from "../read/plan-schema.ts";

/** What becomes of a resource. A word that nobody knows counts as a change. */
export function changeOf(actions: readonly string[]): PlannedChange {
  const has = (action: string) => actions.includes(action);
  if (has("create") && has("delete")) return "replace";
  if (has("create")) return "create";
  if (has("delete")) return "delete";
  if (has("forget")) return "forget";
  const quiet = ["no-op", "read", "open"];
  return actions.every((action) => quiet.includes(action)) ? "none" : "update";
}

/** Whether the new object comes in the place of one that Terraform only forgets. */
export const forgetsOld = (actions: readonly string[]): boolean =>
  actions.includes("create") && actions.includes("forget");

/** Why a resource is replaced, in the words of the rules. */
export function replacedBecause({
  action_reason: reason,
  change,
}: ResourceChange): Resource["replacedBecause"] {
  if (reason === "replace_because_tainted") return "tainted";
  if (reason === "replace_by_request") return "requested";
  if (reason === "replace_by_triggers") return "triggered";
  const paths = change.replace_paths ?? [];
  const attributes = paths.flatMap(([first]) => (typeof first === "string" ? [first] : []));
  return attributes.length > 0 ? [...new Set(attributes)] : undefined;
}

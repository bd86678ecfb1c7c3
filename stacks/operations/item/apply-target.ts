import { TARGET_ATTRIBUTES } from "../../attributes/attributes.ts";
import { compare, unseen } from "../../attributes/compare.ts";
import type { TargetDeclaration } from "../../declaration/declaration.ts";
import type { Gateway } from "../../gateway/client.ts";
import { confirmApplied } from "./confirm.ts";
import { requestFields } from "./fields.ts";
import { ifFound } from "./find.ts";
import type { Applied } from "./outcome.ts";

/** Makes a Web Target what was declared; creates it when it is missing. */
export async function applyTarget(
  gateway: Gateway,
  { name, settings }: TargetDeclaration,
): Promise<Applied> {
  const step = { kind: "target", name, payload_sent: false } as const;
  const live = await ifFound(gateway.describeTarget(name), "target_not_found");
  if (!live) {
    await gateway.createTarget(name, requestFields(TARGET_ATTRIBUTES, settings, "create"));
    return { ...step, outcome: "created", changed: [] };
  }
  const changed = [
    ...compare(TARGET_ATTRIBUTES, settings, live).map(({ attribute }) => attribute),
    ...unseen(TARGET_ATTRIBUTES, settings, live),
  ];
  if (changed.length === 0) return { ...step, outcome: "unchanged", changed };
  await gateway.updateTarget(name, requestFields(TARGET_ATTRIBUTES, settings, "update"));
  confirmApplied(name, compare(TARGET_ATTRIBUTES, settings, await gateway.describeTarget(name)));
  return { ...step, outcome: "updated", changed };
}

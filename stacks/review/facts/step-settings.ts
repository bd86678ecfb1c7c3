import { itemPath } from "../../../common/item-path.ts";
import { jsonInside } from "../conceal/leaves.ts";
import { marksAt } from "../conceal/marks.ts";
import type { ResourceChange } from "../read/plan-schema.ts";
import { fields, own } from "./differences.ts";

/** Triggers of a step that are no setting of its item. */
const NO_SETTINGS = new Set(["item", "payload_version"]);

/** What the triggers of a step say of its item on one side of a change. */
export interface StepSettings {
  /** By the provider's names; undefined where the step had no settings on that side. */
  readonly values: Readonly<Record<string, unknown>> | undefined;
  /** Terraform's marks of them. */
  readonly sensitive: unknown;
  readonly payloadVersion: string | undefined;
}

/** Reads the settings that a step of the kit has in its triggers (constructs/out-of-state.ts). */
export function stepSettings(
  step: ResourceChange | undefined,
  side: "before" | "after",
): StepSettings {
  const triggers = fields(own(fields(step?.change[side]), "triggers"));
  const names = Object.keys(triggers).filter((name) => !NO_SETTINGS.has(name));
  const { item, payload_version: version } = triggers;
  const values: Record<string, unknown> = Object.fromEntries(
    names.map((name) => [name, settingOf(triggers[name])]),
  );
  if (typeof item === "string") values.name = itemPath(item);
  return {
    values: names.length === 0 ? undefined : values,
    sensitive: marksAt(step?.change[`${side}_sensitive`], "triggers"),
    payloadVersion: typeof version === "string" && version !== "" ? version : undefined,
  };
}

/** A trigger is a text: a list is there as JSON, and what is not set as an empty one. */
function settingOf(trigger: unknown): unknown {
  return typeof trigger === "string" ? (jsonInside(trigger) ?? trigger) : trigger;
}

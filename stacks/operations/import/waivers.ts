import type { Attribute } from "../../attributes/attribute.ts";
import { SECRET_ATTRIBUTES, TARGET_ATTRIBUTES } from "../../attributes/attributes.ts";
import { rotationDetails, targetNames } from "../../attributes/item.ts";
import { evaluate } from "../../rules/evaluate.ts";
import { type Resource, SECRET_TYPE, TARGET_TYPE, type Value } from "../../rules/model.ts";
import type { RulePolicy } from "../../rules/policy.ts";
import { atLeast, type RuleId } from "../../rules/severity.ts";
import type { Existing } from "./read.ts";

/** What the rules find in things as they are, and would stop a synthesis, by item or target name. */
export function findingsIn(
  { targets, secrets }: Existing,
  policy: RulePolicy,
  now: number,
): ReadonlyMap<string, RuleId[]> {
  const { fail_at: failAt } = policy;
  const resources: Resource[] = [
    ...targets.map((live): Resource => {
      const name = live.target.target_name;
      return {
        address: name,
        type: TARGET_TYPE,
        change: "declared",
        attributes: { ...liveAttributes(TARGET_ATTRIBUTES, live), name },
        references: {},
      };
    }),
    ...secrets.map(({ item }): Resource => {
      const name = item.item_name;
      return {
        address: name,
        type: SECRET_TYPE,
        change: "declared",
        attributes: {
          ...liveAttributes(SECRET_ATTRIBUTES, item),
          name,
          target_name: targetNames(item)[0] ?? null,
        },
        references: {},
        intervalUnit: rotationDetails(item).rotation_interval_min ? "minutes" : "days",
        rotationChecked: true,
      };
    }),
  ];
  const found = new Map<string, RuleId[]>();
  for (const { rule, address, severity } of evaluate({
    deployment: { resources, providers: [] },
    policy,
    now,
    phase: "synth",
  })) {
    if (address === undefined || failAt === "never" || !atLeast(severity, failAt)) continue;
    const rules = found.get(address) ?? [];
    if (!rules.includes(rule)) found.set(address, [...rules, rule]);
  }
  return found;
}

function liveAttributes<Live>(
  attributes: readonly Attribute<Live>[],
  live: Live,
): Record<string, Value> {
  return Object.fromEntries(
    attributes.map(({ name, live: read }) => [name, (read?.(live) ?? null) as Value]),
  );
}

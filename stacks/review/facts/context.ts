import type { Concealer } from "../conceal/concealer.ts";
import type { PlanFile } from "../read/find-plans.ts";
import type { ResourceChange } from "../read/plan-schema.ts";
import type { SynthesizedStack } from "../read/synthesized.ts";
import { Configuration, constantOf, withoutIndex } from "./configuration.ts";
import { fields, own, sameValue } from "./differences.ts";

/** What is known about a plan before its resources are looked at one by one. */
export interface Context {
  readonly concealer: Concealer;
  readonly configuration: Configuration;
  readonly synthesized: SynthesizedStack | undefined;
  /** Secrets whose payload changed since the last apply: they rotated. */
  readonly driftedPayloads: ReadonlySet<string>;
  /** Why Terraform puts a change off to a later plan; a left-over of the same address may go now. */
  deferralOf(entry: ResourceChange): string | undefined;
  /** Secrets, without index, that a step of the same apply rotates once. */
  readonly checked: ReadonlySet<string>;
  /** The unit in which the gateway counts the interval of a secret, where a check knows it. */
  unitOf(address: string): "days" | "minutes" | undefined;
}

/** Reads what belongs to the whole plan. */
export function contextOf({ plan, synthesized }: PlanFile, concealer: Concealer): Context {
  const configuration = new Configuration(plan);
  const drifted = plan.resource_drift.filter(
    ({ change }) =>
      change.after !== null &&
      !sameValue(
        own(fields(change.before), "custom_payload"),
        own(fields(change.after), "custom_payload"),
      ),
  );
  const units = new Map<string, "days" | "minutes">();
  const checked = new Set<string>();
  for (const [, { provisioners, depends_on: dependencies }] of configuration.all()) {
    for (const { expressions } of provisioners) {
      const unit = unitIn(fields(constantOf(expressions.environment)).ROTATION_KIT_EXPECT);
      const words = constantOf(expressions.interpreter);
      const rotates =
        Array.isArray(words) && ["check", "--rotate"].every((word) => words.includes(word));
      for (const address of dependencies) {
        if (unit !== undefined) units.set(address, unit);
        if (rotates) checked.add(address);
      }
    }
  }
  // One gateway counts in one unit: what a check knows of one secret holds for its neighbors.
  const [common, ...others] = new Set(units.values());
  const placeOf = ({ address, deposed = "" }: ResourceChange) => `${deposed} ${address}`;
  const deferrals = new Map(
    plan.deferred_changes.map(({ reason, resource_change: entry }) => [placeOf(entry), reason]),
  );
  return {
    concealer,
    configuration,
    synthesized,
    deferralOf: (entry) => deferrals.get(placeOf(entry)),
    driftedPayloads: new Set(drifted.map(({ address }) => address)),
    checked,
    unitOf: (address) =>
      units.get(withoutIndex(address)) ?? (others.length === 0 ? common : undefined),
  };
}

function unitIn(expectation: unknown): "days" | "minutes" | undefined {
  if (typeof expectation !== "string") return undefined;
  const [, unit] = /"interval_unit"\s*[=:]\s*"(days|minutes)"/.exec(expectation) ?? [];
  return unit === "days" || unit === "minutes" ? unit : undefined;
}

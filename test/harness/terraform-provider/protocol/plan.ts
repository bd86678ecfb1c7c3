import type { ProviderResource } from "./provider.ts";
import type { AttributeSchema, BlockSchema } from "./schema.ts";
import { equalValues, type ObjectValue, type TerraformValue, UNKNOWN_VALUE } from "./values.ts";

/** What Terraform asks a plan for. `prior` is null for a resource that does not exist. */
export interface PlanRequest {
  readonly prior: ObjectValue | null;
  /** The configuration, with the values of `ignore_changes` already replaced by the state's. */
  readonly config: ObjectValue;
  /** Terraform's own merge of state and configuration. */
  readonly proposed: ObjectValue;
}

/** A plan: the state to come, and the attributes that force a replacement. */
interface Plan {
  readonly planned: ObjectValue;
  readonly requiresReplace: readonly string[];
}

type Planning = Pick<ProviderResource<unknown>, "forceNew" | "defaults">;

/**
 * Plans as the second plugin SDK for Go does, as read in its source, not run against it:
 *
 * - null, "" and an empty collection are the same; null becoming false or 0 is a change, the way
 *   back is none;
 * - a default fills what the configuration leaves out;
 * - a computed attribute keeps its value while the configuration leaves it out or empty, and is
 *   unknown in a new resource;
 * - where nothing changes, the plan is the prior state as it was.
 */
export function planLegacy(
  block: BlockSchema,
  resource: Planning,
  { prior, proposed }: PlanRequest,
): Plan {
  const planned: Record<string, TerraformValue> = {};
  const requiresReplace: string[] = [];
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    const before = prior?.[name] ?? null;
    const wanted = wantedValue(name, attribute, resource, proposed[name] ?? null, before);
    if (attribute.computed && isEmpty(wanted)) {
      planned[name] = prior ? before : UNKNOWN_VALUE;
    } else if (prior && !isLegacyChange(attribute, before, wanted)) {
      planned[name] = before;
    } else {
      planned[name] = !prior && wanted === "" ? null : wanted;
      if (prior && resource.forceNew.includes(name)) requiresReplace.push(name);
    }
  }
  return { planned, requiresReplace };
}

/**
 * What an update leaves of attributes that it removed: "", false, 0 or an empty collection instead
 * of null (measured with the provider 1.11.4).
 */
export function withZeroValues(
  block: BlockSchema,
  prior: ObjectValue,
  updated: ObjectValue,
): ObjectValue {
  const state: Record<string, TerraformValue> = { ...updated };
  for (const [name, { type }] of Object.entries(block.attributes ?? {})) {
    if ((prior[name] ?? null) === null || (updated[name] ?? null) !== null) continue;
    state[name] = zeroValue(type);
  }
  return state;
}

function zeroValue(type: AttributeSchema["type"]): TerraformValue {
  if (type === "string") return "";
  if (type === "number") return 0;
  if (type === "bool") return false;
  return type[0] === "map" ? {} : [];
}

/** Plans as the plugin framework does: what is configured is what is planned. */
export function planStrict(
  block: BlockSchema,
  resource: Planning,
  { prior, config, proposed }: PlanRequest,
): Plan {
  const planned: Record<string, TerraformValue> = {};
  const requiresReplace: string[] = [];
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    const configured = config[name] ?? null;
    const isNew = attribute.computed === true && configured === null && prior === null;
    planned[name] = isNew ? UNKNOWN_VALUE : (proposed[name] ?? null);
    if (!prior || !resource.forceNew.includes(name)) continue;
    if (!equalValues(planned[name], prior[name] ?? null)) requiresReplace.push(name);
  }
  return { planned, requiresReplace };
}

/** Terraform proposes the prior value of a computed attribute that is not configured. */
function wantedValue(
  name: string,
  attribute: AttributeSchema,
  resource: Planning,
  proposed: TerraformValue,
  before: TerraformValue,
): TerraformValue {
  if (proposed === null && resource.defaults?.[name] !== undefined) return resource.defaults[name];
  return attribute.computed && isEmpty(proposed) ? before : proposed;
}

function isLegacyChange(
  attribute: AttributeSchema,
  before: TerraformValue,
  wanted: TerraformValue,
): boolean {
  if (isEmpty(before) && isEmpty(wanted)) return false;
  // Leaving out a number or boolean that was zero is not a change; setting it to zero is one.
  if (wanted === null && (before === false || before === 0)) return false;
  const isSet = Array.isArray(attribute.type) && attribute.type[0] === "set";
  return isSet ? !sameSet(before, wanted) : !equalValues(before, wanted);
}

/** What the second SDK reads as "not set": null, "" or a collection without elements. */
function isEmpty(value: TerraformValue): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function sameSet(left: TerraformValue, right: TerraformValue): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return equalValues(left, right);
  const contains = (items: readonly TerraformValue[], item: TerraformValue) =>
    items.some((other) => equalValues(other, item));
  return (
    left.length === right.length && left.every((item: TerraformValue) => contains(right, item))
  );
}

import type { Resource } from "./provider.ts";
import type { AttributeSchema, BlockSchema } from "./schema.ts";
import { type ObjectValue, sameValue, UNKNOWN, type Value } from "./values.ts";

/** What Terraform asks a plan for. `prior` is null for a resource that does not exist. */
export interface PlanRequest {
  readonly prior: ObjectValue | null;
  /** The configuration, with the values of `ignore_changes` already replaced by the state's. */
  readonly config: ObjectValue;
  /** Terraform's own merge of state and configuration. */
  readonly proposed: ObjectValue;
}

/** A plan: the state to come, and the attributes that force a replacement. */
export interface Plan {
  readonly planned: ObjectValue;
  readonly requiresReplace: readonly string[];
}

type Planning = Pick<Resource<unknown>, "forceNew" | "defaults">;

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
  const planned: Record<string, Value> = {};
  const requiresReplace: string[] = [];
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    const before = prior?.[name] ?? null;
    const wanted = wantedValue(name, attribute, resource, proposed[name] ?? null, before);
    if (attribute.computed && isEmpty(wanted)) {
      planned[name] = prior ? before : UNKNOWN;
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
  const state: Record<string, Value> = { ...updated };
  for (const [name, { type }] of Object.entries(block.attributes ?? {})) {
    if ((prior[name] ?? null) === null || (updated[name] ?? null) !== null) continue;
    state[name] = zeroValue(type);
  }
  return state;
}

function zeroValue(type: AttributeSchema["type"]): Value {
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
  const planned: Record<string, Value> = {};
  const requiresReplace: string[] = [];
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    const configured = config[name] ?? null;
    const isNew = attribute.computed === true && configured === null && prior === null;
    planned[name] = isNew ? UNKNOWN : (proposed[name] ?? null);
    if (!prior || !resource.forceNew.includes(name)) continue;
    if (!sameValue(planned[name], prior[name] ?? null)) requiresReplace.push(name);
  }
  return { planned, requiresReplace };
}

/** Terraform proposes the prior value of a computed attribute that is not configured. */
function wantedValue(
  name: string,
  attribute: AttributeSchema,
  resource: Planning,
  proposed: Value,
  before: Value,
): Value {
  if (proposed === null && resource.defaults?.[name] !== undefined) return resource.defaults[name];
  return attribute.computed && isEmpty(proposed) ? before : proposed;
}

function isLegacyChange(attribute: AttributeSchema, before: Value, wanted: Value): boolean {
  if (isEmpty(before) && isEmpty(wanted)) return false;
  // Leaving out a number or boolean that was zero is not a change; setting it to zero is one.
  if (wanted === null && (before === false || before === 0)) return false;
  const isSet = Array.isArray(attribute.type) && attribute.type[0] === "set";
  return isSet ? !sameSet(before, wanted) : !sameValue(before, wanted);
}

/** What the second SDK reads as "not set": null, "" or a collection without elements. */
function isEmpty(value: Value): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function sameSet(left: Value, right: Value): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return sameValue(left, right);
  const contains = (items: readonly Value[], item: Value) =>
    items.some((other) => sameValue(other, item));
  return left.length === right.length && left.every((item: Value) => contains(right, item));
}

import type { ObjectValue, TerraformValue } from "../protocol/values.ts";
import type { ApiClient } from "./client.ts";
import { fieldText } from "./fields.ts";
import type { ProviderRelease } from "./release.ts";

/** What Read takes from describe-item; every field may be missing. */
interface Item {
  readonly item_targets_assoc?: readonly { readonly target_name?: string }[] | null;
  readonly item_metadata?: string | null;
  readonly item_tags?: readonly string[] | null;
  readonly protection_key_name?: string | null;
  readonly auto_rotate?: boolean | null;
  readonly rotation_interval?: number | null;
  readonly item_custom_fields_details?: readonly CustomField[] | null;
  readonly item_general_info?: {
    readonly rotated_secret_details?: { readonly rotation_hour?: number | null } | null;
    readonly password_policy?: PasswordPolicy | null;
    readonly agentic_rules?: {
      readonly input_rules?: readonly Rule[] | null;
      readonly output_rules?: readonly Rule[] | null;
    } | null;
  } | null;
}

type CustomField = { readonly name?: string; readonly value?: string };
type Rule = { readonly name?: string; readonly rule?: string };
type PasswordPolicy = {
  readonly password_length?: number | null;
  readonly use_capital_letters?: boolean | null;
  readonly use_lower_letters?: boolean | null;
  readonly use_numbers?: boolean | null;
  readonly use_special_characters?: boolean | null;
};

/**
 * Refreshes a custom rotated secret: describe-item, then its current value.
 *
 * A secret that is gone fails the refresh, with nothing but the HTTP status in the message, instead
 * of being planned anew. Every error in reading the value is swallowed, whatever it is: the state
 * keeps the payload that it had (measured with 1.11.4 and a reconstruction of 2.0.1).
 */
export async function readRotatedSecret(
  client: ApiClient,
  state: ObjectValue,
  release: ProviderRelease,
): Promise<ObjectValue> {
  const name = fieldText(state.id);
  const item = (await client.call("describe-item", { name, "show-versions": true })) as Item;
  const described = { ...state, ...fromItem(item, state, release) };
  let answer: { readonly value?: { readonly payload?: unknown } };
  try {
    answer = (await client.call("rotated-secret-get-value", { name })) as typeof answer;
  } catch {
    return { ...described, id: name };
  }
  return { ...described, ...payloadOf(answer.value), id: name };
}

function payloadOf(
  value: { readonly payload?: unknown } | undefined,
): Record<string, TerraformValue> {
  const payload = value?.payload;
  if (payload === undefined) return {};
  // The real provider panics here.
  if (typeof payload !== "string")
    throw new TypeError("The payload in the API's answer is not text.");
  return { custom_payload: payload };
}

function fromItem(
  item: Item,
  state: ObjectValue,
  release: ProviderRelease,
): Record<string, TerraformValue> {
  const info = item.item_general_info;
  const read: Record<string, TerraformValue> = {};
  if (item.item_targets_assoc) {
    const target = item.item_targets_assoc.flatMap((assoc) => assoc.target_name ?? []).join(",");
    // One slash in front, on one side only, is not a difference.
    read.target_name = sameName(target, fieldText(state.target_name))
      ? fieldText(state.target_name)
      : target;
  }
  if (typeof item.item_metadata === "string") read.description = item.item_metadata;
  // No tags at all come as null, which leaves the tags in the state as they were.
  if (item.item_tags) read.tags = item.item_tags;
  if (typeof item.protection_key_name === "string") read.key = item.protection_key_name;
  if (typeof item.auto_rotate === "boolean" && (item.auto_rotate || fieldText(state.auto_rotate))) {
    read.auto_rotate = String(item.auto_rotate);
  }
  if (typeof item.rotation_interval === "number") {
    if (item.rotation_interval !== 0 || fieldText(state.rotation_interval)) {
      read.rotation_interval = String(item.rotation_interval);
    }
  }
  const hour = info?.rotated_secret_details?.rotation_hour;
  if (typeof hour === "number") read.rotation_hour = hour;
  // 2.0.1 does not read the policy; newer source does, and 2.0.5 is taken to be newer.
  if (release !== "2.0.1") Object.assign(read, fromPolicy(info?.password_policy ?? {}));
  const inputRules = rules(info?.agentic_rules?.input_rules);
  if (inputRules.length > 0) read.input_rule = inputRules;
  const outputRules = rules(info?.agentic_rules?.output_rules);
  if (outputRules.length > 0) read.output_rule = outputRules;
  if (item.item_custom_fields_details) {
    read.item_custom_fields = Object.fromEntries(
      item.item_custom_fields_details.map((field) => [field.name ?? "", field.value ?? ""]),
    );
  }
  return read;
}

const sameName = (one: string, other: string): boolean =>
  one === other || `/${one}` === other || one === `/${other}`;

function fromPolicy(policy: PasswordPolicy): Record<string, TerraformValue> {
  const read: Record<string, TerraformValue> = {};
  if (typeof policy.password_length === "number") {
    read.password_length = String(policy.password_length);
  }
  for (const name of [
    "use_capital_letters",
    "use_lower_letters",
    "use_numbers",
    "use_special_characters",
  ] as const) {
    if (typeof policy[name] === "boolean") read[name] = String(policy[name]);
  }
  return read;
}

function rules(given: readonly Rule[] | null | undefined): string[] {
  return (given ?? []).flatMap(({ name, rule }) =>
    name === undefined || rule === undefined ? [] : [`name=${name},rule=${rule}`],
  );
}

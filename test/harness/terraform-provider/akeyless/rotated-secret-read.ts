import type { ObjectValue, Value } from "../protocol/values.ts";
import { type ApiClient, ApiError } from "./client.ts";
import { connectionMessage, text } from "./fields.ts";

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
 * Refreshes a custom rotated secret: describe-item, then its current value. As read in the
 * provider's source 2.x, not run against the real provider.
 *
 * A secret that is gone fails the refresh, with nothing but the HTTP status in the message, instead
 * of being planned anew; only one that vanishes between the two calls is dropped from the state.
 */
export async function readRotatedSecret(
  client: ApiClient,
  state: ObjectValue,
): Promise<ObjectValue | null> {
  const name = text(state.id);
  const item = (await client.call("describe-item", { name, "show-versions": true })) as Item;
  const described = { ...state, ...fromItem(item, state) };
  try {
    const answer = (await client.call("rotated-secret-get-value", { name })) as {
      readonly value?: { readonly payload?: unknown };
    };
    return { ...described, ...payloadOf(answer.value), id: name };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) return null;
    throw new Error(`can't get rotated secret value: ${connectionMessage(error)}`, {
      cause: error,
    });
  }
}

function payloadOf(value: { readonly payload?: unknown } | undefined): Record<string, Value> {
  const payload = value?.payload;
  if (payload === undefined) return {};
  // The real provider panics here.
  if (typeof payload !== "string")
    throw new TypeError("The payload in the API's answer is no text.");
  return { custom_payload: payload };
}

function fromItem(item: Item, state: ObjectValue): Record<string, Value> {
  const info = item.item_general_info;
  const read: Record<string, Value> = {};
  if (item.item_targets_assoc) {
    const target = item.item_targets_assoc.flatMap((assoc) => assoc.target_name ?? []).join(",");
    // Only a slash that the configuration has and the answer has not is overlooked.
    read.target_name = `/${target}` === state.target_name ? state.target_name : target;
  }
  if (typeof item.item_metadata === "string") read.description = item.item_metadata;
  // No tags at all come as null, which leaves the tags in the state as they were.
  if (item.item_tags) read.tags = item.item_tags;
  if (typeof item.protection_key_name === "string") read.key = item.protection_key_name;
  if (typeof item.auto_rotate === "boolean" && (item.auto_rotate || text(state.auto_rotate))) {
    read.auto_rotate = String(item.auto_rotate);
  }
  if (typeof item.rotation_interval === "number") {
    if (item.rotation_interval !== 0 || text(state.rotation_interval)) {
      read.rotation_interval = String(item.rotation_interval);
    }
  }
  const hour = info?.rotated_secret_details?.rotation_hour;
  if (typeof hour === "number") read.rotation_hour = hour;
  Object.assign(read, fromPolicy(info?.password_policy ?? {}));
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

function fromPolicy(policy: PasswordPolicy): Record<string, Value> {
  const read: Record<string, Value> = {};
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

import type { Attribute } from "../../attributes/attribute.ts";
import { SECRET_ATTRIBUTES, TARGET_ATTRIBUTES } from "../../attributes/attributes.ts";
import type { Gateway } from "../../gateway/client.ts";
import { declaredTags, markers, tagChanges } from "../item/apply-secret.ts";
import { changedFields } from "../item/fields.ts";
import type { Declared } from "./declared.ts";
import type { DriftOf } from "./drift.ts";

/**
 * Makes what differs what was declared, through the API, whatever manages it: also what no plan of
 * Terraform looks at. Sends the settings that differ and nothing else; never a payload. What the API
 * cannot change in place (the target of a secret) stays as it is.
 *
 * @returns the names of what was changed
 */
export async function repairDrift(
  gateway: Gateway,
  declared: readonly Declared[],
  found: readonly DriftOf[],
): Promise<string[]> {
  const repaired: string[] = [];
  for (const { kind, address, name, differences } of found) {
    const entry = declared.find((one) => one.address === address && one.name === name);
    if (entry === undefined || name === null) continue;
    const differs = new Set(differences.map(({ attribute }) => attribute));
    const those = <Live>(attributes: readonly Attribute<Live>[]) =>
      attributes.filter((attribute) => differs.has(attribute.name));
    if (kind === "target") {
      const fields = changedFields(those(TARGET_ATTRIBUTES), entry.settings);
      if (Object.keys(fields).length === 0) continue;
      await gateway.updateTarget(name, fields);
    } else {
      const tags = differs.has("tags") ? await tagsOf(gateway, name, entry) : {};
      const fields = { ...changedFields(those(SECRET_ATTRIBUTES), entry.settings), ...tags };
      if (Object.keys(fields).length === 0) continue;
      await gateway.updateSecret(name, fields);
    }
    repaired.push(name);
  }
  return repaired;
}

async function tagsOf(gateway: Gateway, name: string, { settings }: Declared): Promise<object> {
  const item = await gateway.describeItem(name);
  return tagChanges(item, [...declaredTags(settings), ...markers(item)]);
}

import { KitError } from "../../../common/errors/kit-error.ts";
import { isCustomRotatedSecret } from "../../attributes/item.ts";
import type { Gateway } from "../../gateway/client.ts";
import { ifFound } from "./find.ts";
import type { ItemOutcome } from "./outcome.ts";

/** Deletes a custom rotated secret; one that is gone already counts as done. */
export async function deleteSecret(
  gateway: Gateway,
  name: string,
  force = false,
): Promise<ItemOutcome<"deleted" | "absent">> {
  const step = untouched("secret", name);
  const item = await ifFound(gateway.describeItem(name), "item_not_found");
  if (!item) return { ...step, outcome: "absent" };
  if (!isCustomRotatedSecret(item)) {
    throw new KitError("item_not_custom", { name });
  }
  if (item.delete_protection) {
    throw new KitError("item_protected", { name });
  }
  await gateway.deleteItem(name, force);
  return { ...step, outcome: "deleted" };
}

/** Deletes a Web Target that no item uses; one that is gone already counts as done. */
export async function deleteTarget(
  gateway: Gateway,
  name: string,
): Promise<ItemOutcome<"deleted" | "absent">> {
  const step = untouched("target", name);
  const live = await ifFound(gateway.describeTarget(name), "target_not_found");
  if (!live) return { ...step, outcome: "absent" };
  const users = (live.target.target_items_assoc ?? []).flatMap(({ item_name }) => item_name ?? []);
  if (users.length > 0) {
    throw new KitError("target_in_use", { name, users: users.join(", ") });
  }
  await gateway.deleteTarget(name);
  return { ...step, outcome: "deleted" };
}

const untouched = (kind: ItemOutcome["kind"], name: string) => ({
  kind,
  name,
  payload_sent: false,
  changed: [],
});

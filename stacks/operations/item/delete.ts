import type { Gateway } from "../../gateway/client.ts";
import { isCustomRotatedSecret } from "../../gateway/item.ts";
import { OperationsError } from "../errors.ts";
import { ifFound } from "./find.ts";
import type { Outcome } from "./outcome.ts";

/** Deletes a custom rotated secret; one that is gone already counts as done. */
export async function deleteSecret(gateway: Gateway, name: string): Promise<Outcome> {
  const step = { kind: "secret", name, payloadSent: false, changed: [] } as const;
  const item = await ifFound(gateway.describeItem(name), "item_not_found");
  if (!item) return { ...step, outcome: "absent" };
  if (!isCustomRotatedSecret(item)) {
    throw new OperationsError("item_not_custom", `${name} is not deleted: it is something else`);
  }
  if (item.delete_protection) {
    throw new OperationsError("item_protected", `${name} is not deleted: it is protected`);
  }
  await gateway.deleteItem(name);
  return { ...step, outcome: "deleted" };
}

/** Deletes a Web Target that no item uses; one that is gone already counts as done. */
export async function deleteTarget(gateway: Gateway, name: string): Promise<Outcome> {
  const step = { kind: "target", name, payloadSent: false, changed: [] } as const;
  const live = await ifFound(gateway.describeTarget(name), "target_not_found");
  if (!live) return { ...step, outcome: "absent" };
  const users = (live.target.target_items_assoc ?? []).flatMap(({ item_name }) => item_name ?? []);
  if (users.length > 0) {
    throw new OperationsError(
      "target_in_use",
      `${name} is not deleted: ${users.join(", ")} use it`,
    );
  }
  await gateway.deleteTarget(name);
  return { ...step, outcome: "deleted" };
}

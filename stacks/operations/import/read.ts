import * as z from "zod";
import { KitError } from "../../../common/errors/kit-error.ts";
import type { Gateway } from "../../gateway/client.ts";
import { type Item, isCustomRotatedSecret, type Target, targetNames } from "../../gateway/item.ts";
import { mapPooled } from "../pool.ts";

/** What identifies an account in a payload. Nothing else of a payload is kept. */
export interface Account {
  readonly system: string;
  readonly username: string;
}

/** A secret that exists. */
export interface ExistingSecret {
  readonly item: Item;
  /** Absent where the payload may not be read or is of another shape. */
  readonly account?: Account;
}

/** What exists below a path. */
export interface Existing {
  readonly targets: readonly Target[];
  readonly secrets: readonly ExistingSecret[];
}

const accountSchema = z.object({ system: z.string().min(1), username: z.string().min(1) });

/**
 * Reads the custom rotated secrets below a path and the targets that they use. With `payloads`,
 * each value is read too, for its `system` and `username` only.
 */
export async function readExisting(
  gateway: Gateway,
  path: string,
  payloads: boolean,
): Promise<Existing> {
  const listed = (await gateway.listRotatedSecrets(path)).filter(isCustomRotatedSecret);
  const names = listed.map(({ item_name }) => item_name).sort();
  // A listing leaves parts out that a description has.
  const items = await mapPooled(names, (name) => gateway.describeItem(name));
  const used = new Set(items.flatMap(targetNames));
  return {
    targets: await mapPooled([...used].sort(), (name) => gateway.describeTarget(name)),
    secrets: await mapPooled(items, async (item) => {
      const account = payloads ? await accountOf(gateway, item.item_name) : undefined;
      return { item, ...(account && { account }) };
    }),
  };
}

async function accountOf(gateway: Gateway, name: string): Promise<Account | undefined> {
  try {
    const payload: unknown = JSON.parse(await gateway.readPayload(name));
    return accountSchema.safeParse(payload).data;
  } catch (error) {
    // Not being allowed to read secrets, and payloads that are no JSON, are both in order.
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof KitError && error.code === "access_denied") return undefined;
    throw error;
  }
}

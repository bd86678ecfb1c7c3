import * as z from "zod";
import { defined } from "../../../common/defined.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import {
  type Item,
  isCustomRotatedSecret,
  type Target,
  targetNames,
} from "../../attributes/item.ts";
import type { Gateway } from "../../gateway/client.ts";
import { mapPooled } from "../pool.ts";

/** What identifies an account in a payload. Nothing else of a payload is kept. */
export interface ImportedAccount {
  readonly system: string;
  readonly username: string;
}

/** A secret that exists. */
export interface ExistingSecret {
  readonly item: Item;
  /** Absent where the payload may not be read or is of another shape. */
  readonly account?: ImportedAccount;
}

/** What exists below some paths. */
export interface Existing {
  readonly targets: readonly Target[];
  readonly secrets: readonly ExistingSecret[];
  /** What could not be read. */
  readonly unreadable: readonly Unreadable[];
}

/** An item or target that exists, or a path, that could not be read. */
export interface Unreadable {
  readonly name: string;
  readonly error: KitError;
}

const accountSchema = z.object({ system: z.string().min(1), username: z.string().min(1) });

/** What {@link readExisting} reads. */
export interface ReadOptions {
  /** Each value too, for its `system` and `username` only. */
  readonly payloads: boolean;
  /** The targets that the secrets use. */
  readonly targets: boolean;
  readonly progress?: ((text: string) => void) | undefined;
}

/**
 * Reads the custom rotated secrets below some paths. One that cannot be read does not keep the
 * others from it.
 *
 * @throws KitError where no path can be listed
 */
export async function readExisting(
  gateway: Gateway,
  paths: readonly string[],
  { payloads, targets: withTargets, progress }: ReadOptions,
): Promise<Existing> {
  const unreadable: Unreadable[] = [];
  /** What is read of each name, a few at a time. */
  const each = async <Found>(names: readonly string[], read: (name: string) => Promise<Found>) => {
    let done = 0;
    const found = await mapPooled(names, async (name) => {
      try {
        return await read(name);
      } catch (error) {
        if (!(error instanceof KitError)) throw error;
        unreadable.push({ name, error });
        return undefined;
      } finally {
        done += 1;
        progress?.(`[${done} of ${names.length}] read ${name}`);
      }
    });
    return found.filter((one) => one !== undefined);
  };
  const listed = await each(paths, (path) => gateway.listRotatedSecrets(path));
  const [refused] = unreadable;
  if (listed.length === 0 && refused !== undefined) throw refused.error;
  const names = listed
    .flat()
    .filter(isCustomRotatedSecret)
    .map(({ item_name }) => item_name);
  // A listing leaves parts out that a description has.
  const secrets = await each([...new Set(names)].sort(), async (name) => {
    const item = await gateway.describeItem(name);
    const account = payloads ? await accountOf(gateway, name) : undefined;
    return { item, ...defined({ account }) };
  });
  const used = new Set(withTargets ? secrets.flatMap(({ item }) => targetNames(item)) : []);
  const targets = await each([...used].sort(), (name) => gateway.describeTarget(name));
  return { targets, secrets, unreadable };
}

async function accountOf(gateway: Gateway, name: string): Promise<ImportedAccount | undefined> {
  try {
    const payload: unknown = JSON.parse(await gateway.readPayload(name));
    return accountSchema.safeParse(payload).data;
  } catch (error) {
    // Not being allowed to read secrets, and payloads that are not JSON, are both in order.
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof KitError && error.code === "access_denied") return undefined;
    throw error;
  }
}

import * as z from "zod";
import { KitError } from "../../../common/errors/kit-error.ts";
import { itemPath } from "../../../common/item-path.ts";
import { readJson } from "../../../common/json.ts";
import { pullState, type StateAt } from "./terraform-state.ts";

const stateSchema = z.looseObject({
  resources: z.array(
    z.looseObject({
      mode: z.string(),
      type: z.string(),
      instances: z.array(
        z.looseObject({ attributes: z.looseObject({ name: z.string().nullish() }).nullish() }),
      ),
    }),
  ),
});

/** How {@link knownNames} names an item or a Web Target: two kinds may have one name. */
export const knownAs = (resourceType: string, name: string): string =>
  `${resourceType} ${itemPath(name)}`;

/**
 * What Terraform's state holds, as {@link knownAs} writes it; nothing of any value.
 *
 * @throws KitError `state_unreadable`
 */
export async function knownNames(at: StateAt): Promise<ReadonlySet<string>> {
  const text = await pullState(at);
  if (text.trim() === "") return new Set();
  try {
    const { resources } = stateSchema.parse(readJson(text));
    return new Set(
      resources
        .filter(({ mode }) => mode === "managed")
        .flatMap(({ type, instances }) =>
          instances.flatMap(({ attributes }) =>
            attributes?.name ? [knownAs(type, attributes.name)] : [],
          ),
        ),
    );
  } catch {
    throw new KitError("state_unreadable.unknown", { directory: at.directory });
  }
}

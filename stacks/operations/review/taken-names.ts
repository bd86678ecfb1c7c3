import { KitError } from "../../../common/errors/kit-error.ts";
import type { Gateway } from "../../gateway/client.ts";
import { shortened } from "../../review/conceal/document.ts";
import type { ReviewedStack } from "../../review/review-schema.ts";
import { mapPooled } from "../pool.ts";

/** Names of one stack that the gateway is asked about at most. */
const MOST = 200;

/** Characters of a name that a sentence quotes. */
const LONGEST_NAME = 1000;

/** What a plan lets the provider create. */
interface Creation {
  readonly kind: "secret" | "target";
  readonly address: string;
  readonly name: string;
}

/**
 * Names what the provider is going to create although Akeyless has it, as after a create whose answer
 * was lost: the provider's create then fails with 409. Out of state an item that exists is adopted.
 */
export async function withTakenNames(
  stack: ReviewedStack,
  gateway: Gateway,
): Promise<ReviewedStack> {
  const created = creationsOf(stack);
  if (created.length === 0) return stack;
  try {
    const found = await mapPooled(created.slice(0, MOST), async (creation) =>
      (await isTaken(gateway, creation)) ? [obstacle(creation)] : [],
    );
    const left = created.length - MOST;
    const spots = left > 0 ? [`whether ${left} more names are taken in Akeyless: not asked`] : [];
    return {
      ...stack,
      obstacles: [...stack.obstacles, ...found.flat()],
      blind_spots: [...stack.blind_spots, ...spots],
    };
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    const spot = `whether Akeyless has what the plan creates: the gateway did not say (${error.code})`;
    return { ...stack, blind_spots: [...stack.blind_spots, spot] };
  }
}

/** What the same plan deletes is not in the way as a left-over; the review tells that on its own. */
function creationsOf({ secrets, targets }: ReviewedStack): Creation[] {
  const kinds = [
    { kind: "secret", entries: secrets },
    { kind: "target", entries: targets },
  ] as const;
  return kinds.flatMap(({ kind, entries }) => {
    const leaving = new Set(
      entries
        .filter(({ change }) => change === "delete" || change === "replace")
        .map(({ name, former_name: former }) => former ?? name),
    );
    return entries
      .filter(({ change, former_name: former }) =>
        change === "replace" ? former !== undefined : change === "create",
      )
      .filter(({ realisation, imported, deposed }) => {
        return realisation === "provider" && !imported && !deposed;
      })
      .flatMap(({ address, name }) =>
        name === undefined || leaving.has(name) ? [] : [{ kind, address, name }],
      );
  });
}

/** Whether Akeyless has an item or a Web Target of this name. @throws KitError */
export async function isTaken(
  gateway: Gateway,
  { kind, name }: Pick<Creation, "kind" | "name">,
): Promise<boolean> {
  try {
    await (kind === "secret" ? gateway.describeItem(name) : gateway.describeTarget(name));
    return true;
  } catch (error) {
    if (error instanceof KitError && NOT_THERE.has(error.code)) return false;
    throw error;
  }
}

const NOT_THERE: ReadonlySet<string> = new Set(["item_not_found", "target_not_found"]);

const obstacle = ({ address, name }: Creation): ReviewedStack["obstacles"][number] => ({
  address,
  sentence: `Akeyless has ${shortened(name, LONGEST_NAME)} already, so the provider cannot create it (409): set adoptExisting: true on its construct, if it is the one you mean, and deploy`,
});

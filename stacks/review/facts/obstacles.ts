import { itemPath } from "../../../common/item-path.ts";
import { type Deployment, secretsByTarget } from "../../rules/model.ts";
import { asText } from "../../rules/values.ts";
import type { Concealer } from "../conceal/concealer.ts";
import type { ResourceChange } from "../read/plan-schema.ts";
import type { ReviewedItem } from "./item.ts";
import type { Obstacle } from "./obstacle.ts";
import { goes, protectedObstacles } from "./protection.ts";

/** Foresees where the apply will fail, as far as the plan tells. */
export function obstaclesOf(
  items: readonly ReviewedItem[],
  deployment: Deployment,
  changes: readonly ResourceChange[],
  concealer: Concealer,
): Obstacle[] {
  return [
    ...protectedObstacles(items, changes, concealer),
    ...targetsInUse(deployment),
    ...namesTwice(items),
    ...leftOvers(items),
  ];
}

function targetsInUse(deployment: Deployment): Obstacle[] {
  return [...secretsByTarget(deployment)].flatMap(([{ address, change }, secrets]) => {
    if (change !== "delete" && change !== "replace") return [];
    const left = secrets.filter(
      (secret) => secret.change !== "create" && secret.change !== "replace",
    );
    if (left.length === 0) return [];
    const count = left.length === 1 ? "a secret uses it" : `${left.length} secrets use it`;
    return [{ address, sentence: `the gateway refuses to delete it, because ${count}` }];
  });
}

/** Two resources of one name fight over one item, or the second one cannot be created. */
function namesTwice(items: readonly ReviewedItem[]): Obstacle[] {
  const owners = new Map<string, ReviewedItem>();
  const leaving = new Map<string, ReviewedItem>();
  const found: Obstacle[] = [];
  for (const item of items) {
    const { kind, resource, address, deposed } = item;
    const going = resource.change === "delete" && !deposed;
    const name = asText((going ? resource.before : resource.attributes)?.name);
    if (name === undefined || deposed || resource.change === "forget") continue;
    const key = `${kind} ${itemPath(name)}`;
    if (going) {
      leaving.set(key, item);
      continue;
    }
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, item);
    else found.push({ address, sentence: `${owner.address} has the same name in Akeyless` });
  }
  for (const [key, old] of leaving) {
    const now = owners.get(key);
    if (now === undefined) continue;
    const sentence = `${old.address} of the same name is deleted in the same apply, in no order: either the creation fails, or the new item is deleted`;
    found.push({ address: now.address, sentence });
  }
  return found;
}

/** The provider deletes by name: a left-over of the same name takes the item along. */
function leftOvers(items: readonly ReviewedItem[]): Obstacle[] {
  const present = new Map<string, ReviewedItem>();
  for (const item of items) {
    if (!item.deposed && item.name !== undefined) present.set(`${item.kind} ${item.name}`, item);
  }
  return items.flatMap((item) => {
    if (!item.deposed || !goes(item)) return [];
    const current = present.get(`${item.kind} ${item.formerName}`);
    if (current === undefined || current.resource.change === "delete") return [];
    const sentence =
      "a left-over object of the same name is deleted, and the provider deletes by name: the item goes with it";
    return [{ address: current.address, sentence }];
  });
}

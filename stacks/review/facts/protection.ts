import { itemPath } from "../../../common/item-path.ts";
import { PROTECTION_STEP } from "../../attributes/protection-step.ts";
import type { Concealer } from "../conceal/concealer.ts";
import type { ResourceChange } from "../read/plan-schema.ts";
import { changeOf } from "./change.ts";
import { fields, own } from "./differences.ts";
import type { ReviewedItem } from "./item.ts";
import type { Obstacle } from "./obstacle.ts";
import { ownersOf } from "./steps.ts";

const REMEDY =
  "deploy once with deleteProtection: false, and nothing else of it changed, then again; never disable prevent_destroy";

/**
 * Items that the plan would destroy although they are protected. A plan that Terraform stopped at the
 * step that protects an item may not name the item itself: `terraform plan -destroy` never does.
 */
export function protectedObstacles(
  items: readonly ReviewedItem[],
  changes: readonly ResourceChange[],
  concealer: Concealer,
): Obstacle[] {
  const known = items.flatMap(ofItem);
  const named = new Set(known.map(({ address }) => address));
  const ownerOf = ownersOf(items);
  const ofSteps = changes.filter(destroysProtection).flatMap((change): Obstacle[] => {
    const owner = ownerOf(change);
    if (owner !== undefined && named.has(owner)) return [];
    const { item } = fields(own(fields(change.change.before), "triggers"));
    const name = typeof item === "string" ? concealer.text(itemPath(item)) : "an item";
    const sentence = `${name} is protected from deletion, and the plan would delete it: ${REMEDY}`;
    return [{ address: owner ?? change.address, sentence }];
  });
  return [...known, ...ofSteps];
}

function ofItem(item: ReviewedItem): Obstacle[] {
  if (!goes(item)) return [];
  const { address, preventDestroy, deleteProtected } = item;
  if (preventDestroy === true) {
    return [
      { address, sentence: "Terraform refuses to destroy it, because prevent_destroy is set" },
    ];
  }
  if (deleteProtected === true) {
    const sentence = `Akeyless refuses to delete it, because its delete protection is on: ${REMEDY}`;
    return [{ address, sentence }];
  }
  return [];
}

/** Whether the plan destroys what the resource is today. */
export const goes = ({ resource: { change } }: ReviewedItem): boolean =>
  change === "delete" || change === "replace";

const destroysProtection = ({ type, name, change }: ResourceChange): boolean =>
  type === "null_resource" &&
  name === PROTECTION_STEP &&
  ["delete", "replace"].includes(changeOf(change.actions));

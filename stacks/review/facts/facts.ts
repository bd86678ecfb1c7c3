import { defined } from "../../../common/defined.ts";
import { PROTECTION_STEP } from "../../attributes/protection-step.ts";
import {
  type Deployment,
  type PlannedChange,
  type ProviderUse,
  SECRET_TYPE,
  TARGET_TYPE,
} from "../../rules/model.ts";
import type { Concealer } from "../conceal/concealer.ts";
import type { PlanFile } from "../read/find-plans.ts";
import { KNOWN_REASONS, type Plan, type ResourceChange } from "../read/plan-schema.ts";
import { changeOf } from "./change.ts";
import { type Context, contextOf } from "./context.ts";
import { type Drift, driftInPlan } from "./drift.ts";
import { itemsOfProvider } from "./from-provider.ts";
import { itemsOfSteps } from "./from-steps.ts";
import type { ReviewedItem } from "./item.ts";
import type { Obstacle } from "./obstacle.ts";
import { obstaclesOf } from "./obstacles.ts";
import { providersOf } from "./providers.ts";
import { type Rename, renamesOf } from "./renames.ts";
import { ownersOf } from "./steps.ts";

/** A resource that is not an item of Akeyless and no step of one. */
export interface Other {
  readonly address: string;
  readonly type: string;
  readonly change: PlannedChange;
  /** Why Terraform puts the change off to a later plan. */
  readonly deferred?: string;
}

/** Everything that the review knows of one plan, before anybody judges. */
export interface Facts {
  readonly items: readonly ReviewedItem[];
  readonly others: readonly Other[];
  /** Resources that only help an item: how many of them the plan runs. */
  readonly steps: number;
  readonly after: Deployment;
  readonly before: Deployment;
  readonly drift: readonly Drift[];
  readonly renames: readonly Rename[];
  readonly obstacles: readonly Obstacle[];
}

/** Reads the facts of a plan. */
export function factsOf(file: PlanFile, concealer: Concealer): Facts {
  const plan = withoutSecretKeys(file.plan, concealer);
  const context = contextOf({ ...file, plan }, concealer);
  const changes = [
    ...plan.resource_changes,
    ...plan.deferred_changes.map(({ resource_change: change }) => change),
  ];
  const items = adopted(itemsOfProvider(changes, context), itemsOfSteps(changes, context));
  const providers = providersOf(context);
  const { others, steps } = sortOut(changes, items, context);
  const after = deploymentOf(
    items.map(({ resource }) => resource),
    providers,
  );
  return {
    items,
    others,
    steps,
    after,
    // How the provider was configured before is in no plan: what is found there counts as new.
    before: deploymentOf(
      items.map(({ earlier }) => earlier),
      [],
    ),
    drift: driftInPlan(plan, context),
    renames: renamesOf(items),
    obstacles: obstaclesOf(items, after, plan.resource_changes, concealer),
  };
}

/** Rules cut what they quote, and a part of a secret would not be found any more. */
function withoutSecretKeys(plan: Plan, concealer: Concealer): Plan {
  const hidden = (text: string | undefined) =>
    text === undefined || KNOWN_REASONS.has(text) ? text : concealer.text(text);
  const hide = (entry: ResourceChange): ResourceChange => {
    const address = concealer.text(entry.address);
    const former = hidden(entry.previous_address);
    const reason = hidden(entry.action_reason);
    const { previous_address, action_reason } = entry;
    if (address === entry.address && former === previous_address && reason === action_reason) {
      return entry;
    }
    return { ...entry, address, ...defined({ previous_address: former, action_reason: reason }) };
  };
  return {
    ...plan,
    resource_changes: plan.resource_changes.map(hide),
    resource_drift: plan.resource_drift.map(hide),
    deferred_changes: plan.deferred_changes.map((entry) => ({
      ...entry,
      resource_change: hide(entry.resource_change),
    })),
  };
}

const deploymentOf = (
  resources: readonly (Deployment["resources"][number] | undefined)[],
  providers: readonly ProviderUse[],
): Deployment => ({
  resources: resources.filter((resource) => resource !== undefined),
  providers,
});

/**
 * An item that the provider managed until now, and steps of the kit from now on: Terraform forgets
 * the one and creates the other, and the item in Akeyless stays what it is.
 */
function adopted(
  provider: readonly ReviewedItem[],
  steps: readonly ReviewedItem[],
): ReviewedItem[] {
  const forgotten = new Map(
    provider
      .filter(({ resource }) => resource.change === "forget")
      .map((item) => [lastPart(item.address), item]),
  );
  const taken = new Set<ReviewedItem>();
  const now = steps.map((item): ReviewedItem => {
    const former = forgotten.get(lastPart(item.address));
    if (former === undefined || item.resource.change !== "create") return item;
    taken.add(former);
    const { earlier } = former;
    return {
      ...item,
      formerAddress: former.address,
      ...defined({ formerName: former.formerName }),
      resource: {
        ...item.resource,
        change: "update",
        ...defined({ before: earlier?.attributes }),
      },
      ...defined({ earlier: earlier ? { ...earlier, address: item.address } : undefined }),
      differences: [{ attribute: "realisation", before: "provider", after: "out-of-state" }],
    };
  });
  return [...provider.filter((item) => !taken.has(item)), ...now];
}

const lastPart = (address: string): string => address.replace(/^.*\./, "");

function sortOut(
  changes: readonly ResourceChange[],
  items: readonly ReviewedItem[],
  { configuration, deferralOf }: Context,
): { others: Other[]; steps: number } {
  // A plan that failed may name the steps of an item, and not the item: the code does.
  const declared = [...configuration.all()].flatMap(([address, { type, mode }]) =>
    isItem({ type, mode }) ? [{ address }] : [],
  );
  const ownerOf = ownersOf([...items, ...declared]);
  const others: Other[] = [];
  let steps = 0;
  for (const entry of changes) {
    const change = changeOf(entry.change.actions);
    if (change === "none" || isItem({ type: entry.type, mode: "managed" })) continue;
    if (entry.name === PROTECTION_STEP || ownerOf(entry) !== undefined) steps++;
    else {
      const { address, type } = entry;
      others.push({ address, type, change, ...defined({ deferred: deferralOf(entry) }) });
    }
  }
  return { others, steps };
}

const isItem = ({ type, mode }: Pick<ResourceChange, "type" | "mode">): boolean =>
  mode === "managed" && (type === SECRET_TYPE || type === TARGET_TYPE);

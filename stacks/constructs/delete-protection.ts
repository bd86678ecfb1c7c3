import { Lazy, type TerraformResource, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { PROTECTION_STEP } from "../attributes/protection-step.ts";
import { BEGINNING, beginsNow, stepBeginsNow } from "./beginning.ts";
import { isUnknown } from "./errors.ts";
import { sharedMap } from "./kind.ts";
import { type Move, NullStep } from "./null-step.ts";
import { terraformAddress } from "./terraform-address.ts";

/** What makes an item another one. */
interface Identity {
  readonly item: string;
  readonly target: string;
}

/** How Terraform sees that an item is replaced. */
export interface Life {
  /** Begins anew whenever the item does. */
  readonly step: NullStep;
  /** Begins with the declaration of the item, or with another identity of it, and else never. */
  readonly identity: NullStep;
}

const protections = sharedMap<TerraformStack, Protection>("protections");

/** The names that resources had under former ids of their constructs. */
const formerNames = sharedMap<TerraformResource, string>("formerNames");

/**
 * Makes a stack refuse the plans that would destroy what it protects, also when the code of the last
 * protected item goes: `prevent_destroy` of a resource goes together with its code.
 */
export function protectStack(stack: TerraformStack): Protection {
  const known = protections.get(stack);
  if (known !== undefined) return known;
  const protection = new Protection(stack);
  protections.set(stack, protection);
  return protection;
}

/**
 * Fails each plan that would replace or destroy an item, before anything is done.
 *
 * One step for the whole stack remembers what each protected item was when it was first deployed,
 * because it ignores changes, and compares that with the declaration, in a sentence of the kit's own.
 * A condition on the item's life refuses a replacement that Terraform was told to make. What Terraform
 * itself refuses, a plan that destroys the item or that no longer knows its construct, shows the
 * step's name.
 *
 * @param resource what manages the item
 * @param life undefined where nothing that Terraform does deletes the item
 */
export function protectFromDelete(
  resource: TerraformResource,
  identity: Identity,
  life: Life | undefined,
): void {
  protectStack(TerraformStack.of(resource)).add(resource, identity);
  if (life !== undefined) refuseReplacement(resource, identity.item, life, "false");
}

/**
 * Lets a plan destroy from now on what was protected before; not yet the plan that takes the
 * protection away, because Akeyless still refuses then.
 *
 * @param life undefined where nothing that Terraform does deletes the item
 */
export function allowDestroy(
  scope: Construct,
  resource: TerraformResource,
  identity: Identity,
  life: Life | undefined,
): void {
  const lifted = new NullStep(scope, "ProtectionLifted", {
    triggers: BEGINNING,
    lifecycle: { ignoreChanges: ["triggers"] },
  });
  const memory = new Unprotected(scope, resource, identity);
  if (life === undefined) return;
  const unprotected = (known: string) => `!${stepBeginsNow(lifted)} || ${beginsNow(known)}`;
  const declared = `${terraformAddress(life.identity)}.triggers`;
  const same = sameIdentity(`${declared}.item`, `${declared}.target`);
  addPostcondition(
    memory,
    `${unprotected("self")} || ${same}`,
    refusal(`\${${declared}.item} at \${${declared}.target}`),
  );
  refuseReplacement(resource, identity.item, life, unprotected(terraformAddress(memory)));
}

/** Takes the protection along when a construct gets another id. */
export function protectionRenamed(resource: TerraformResource, former: string): void {
  formerNames.set(resource, former);
}

/** Refuses what begins anew under the old identity, unless the item was not protected until now. */
function refuseReplacement(
  resource: TerraformResource,
  item: string,
  { step, identity }: Life,
  unprotected: string,
): void {
  const name = isUnknown(item) ? "This item" : item;
  const [steps, first] = [step, identity].map(terraformAddress);
  const condition = `!${beginsNow("self")} || ${stepBeginsNow(identity)} || ${unprotected}`;
  addPostcondition(
    step,
    condition,
    resource instanceof NullStep
      ? `${name} is protected from deletion, but this plan would delete it and create it again, because ${steps} is tainted or -replace names it. Nothing was changed. Take that back: terraform untaint ${steps}. ${REMEDY}`
      : `${name} is protected from deletion, but this plan would create it anew with its first password, because it is tainted, -replace names it, or Terraform's state does not have it any more. Nothing was changed. If it is tainted, take that back: terraform untaint ${terraformAddress(resource)}. If the state lost it: adoptExisting: true takes it over. If somebody deleted it in Akeyless, and its first password is valid again: terraform taint ${first}, then deploy. ${REMEDY}`,
  );
}

function addPostcondition(step: NullStep, condition: string, errorMessage: string): void {
  const { postcondition = [], ...lifecycle } = step.lifecycle ?? {};
  const added = { condition: `\${${condition}}`, errorMessage };
  step.lifecycle = { ...lifecycle, postcondition: [...postcondition, added] };
}

const formerName = (resource: TerraformResource): string =>
  formerNames.get(resource) ?? resource.friendlyUniqueId;

const address = (name: string): string => `null_resource.${PROTECTION_STEP}["${name}"]`;

const sameIdentity = (item: string, target: string): string =>
  `(self.triggers.item == ${item} && self.triggers.target == ${target})`;

const REMEDY =
  "To replace it, deploy once with deleteProtection: false, and nothing else of it changed, then again (docs/guides/change-an-item.md).";

const refusal = (declared: string): string =>
  `\${self.triggers.item} is protected from deletion, but this plan would replace it, because its name or its Web Target changes: now \${self.triggers.item} at \${self.triggers.target}, declared ${declared}. Nothing was changed. ${REMEDY}`;

/** The step that protects the items of a stack: an instance for each. */
class Protection extends NullStep {
  readonly #entries = new Map<TerraformResource, Identity>();
  readonly #protected: string[] = [];

  constructor(stack: TerraformStack) {
    super(stack, PROTECTION_STEP, {
      lifecycle: { ignoreChanges: ["triggers"], preventDestroy: true },
    });
    this.overrideLogicalId(PROTECTION_STEP);
    this.dependsOn = this.#protected;
    this.addOverride("for_each", Lazy.anyValue({ produce: () => this.#identities() }));
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions of Terraform
    const [item, target] = ["${each.value.item}", "${each.value.target}"];
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: expressions of Terraform
    this.addOverride("triggers", { item, target, ...BEGINNING });
    addPostcondition(
      this,
      sameIdentity("each.value.item", "each.value.target"),
      refusal(`${item} at ${target}`),
    );
  }

  add(resource: TerraformResource, identity: Identity): void {
    this.#entries.set(resource, identity);
    // A plan that destroys one item (-target) destroys what depends on it as well, which is refused.
    this.#protected.push(terraformAddress(resource));
  }

  protected override get moves(): readonly Move[] {
    return [...this.#entries.keys()]
      .filter((resource) => formerNames.has(resource))
      .map((resource) => ({
        from: address(formerName(resource)),
        to: address(resource.friendlyUniqueId),
      }));
  }

  #identities(): Record<string, Identity> {
    return Object.fromEntries(
      [...this.#entries].map(([resource, identity]) => [resource.friendlyUniqueId, identity]),
    );
  }
}

/** Where the protection of an item goes when it is taken back: it still knows what the item was. */
class Unprotected extends NullStep {
  readonly #resource: TerraformResource;

  constructor(scope: Construct, resource: TerraformResource, { item, target }: Identity) {
    super(scope, "Unprotected", {
      triggers: { item, target, ...BEGINNING },
      lifecycle: { ignoreChanges: ["triggers"] },
    });
    this.#resource = resource;
  }

  protected override get moves(): readonly Move[] {
    // Under a former id both were there already: the step itself moves on from there.
    return [{ from: address(formerName(this.#resource)), to: `null_resource.${formerName(this)}` }];
  }
}

import { Lazy, type TerraformResource, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { PROTECTION_STEP } from "../attributes/protection-step.ts";
import { type Move, NullStep } from "./null-step.ts";

/** What makes an item another one. */
interface Identity {
  readonly item: string;
  readonly target: string;
}

type Entries = Map<TerraformResource, Identity>;

const protections = new WeakMap<TerraformStack, Entries>();

/** The names that resources had under former ids of their constructs. */
const formerNames = new WeakMap<TerraformResource, string>();

/**
 * Fails each plan that would replace or destroy an item, before anything is done.
 *
 * One step for the whole stack remembers what each protected item was when it was first deployed,
 * because it ignores changes, and compares that with the declaration, in a sentence of the kit's own.
 * Terraform itself refuses a plan that destroys the item, or that no longer knows its construct
 * (`prevent_destroy` on the item would be gone together with the construct), and shows this step's
 * name.
 *
 * @param resource what manages the item
 */
export function protectFromDelete(resource: TerraformResource, identity: Identity): void {
  const stack = TerraformStack.of(resource);
  const known = protections.get(stack);
  const entries: Entries = known ?? new Map();
  entries.set(resource, identity);
  if (known !== undefined) return;
  protections.set(stack, entries);
  new Protection(stack, entries);
}

/** Lets a plan destroy from now on what was protected before. */
export function leaveUnprotected(scope: Construct, resource: TerraformResource): void {
  new Unprotected(scope, resource);
}

/** Takes the protection along when a construct gets another id. */
export function protectionRenamed(resource: TerraformResource, former: string): void {
  formerNames.set(resource, former);
}

const formerName = (resource: TerraformResource): string =>
  formerNames.get(resource) ?? resource.friendlyUniqueId;

const address = (name: string): string => `null_resource.${PROTECTION_STEP}["${name}"]`;

class Protection extends NullStep {
  readonly #entries: Entries;

  constructor(stack: TerraformStack, entries: Entries) {
    super(stack, PROTECTION_STEP, {
      lifecycle: {
        ignoreChanges: ["triggers"],
        preventDestroy: true,
        postcondition: [{ condition: SAME_IDENTITY, errorMessage: REFUSAL }],
      },
    });
    this.#entries = entries;
    this.overrideLogicalId(PROTECTION_STEP);
    this.addOverride("for_each", Lazy.anyValue({ produce: () => this.#identities() }));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
    this.addOverride("triggers", "${each.value}");
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

/** Where the protection of an item goes when it is taken back: nothing guards this step. */
class Unprotected extends NullStep {
  readonly #resource: TerraformResource;

  constructor(scope: Construct, resource: TerraformResource) {
    super(scope, "Unprotected", { lifecycle: { ignoreChanges: ["triggers"] } });
    this.#resource = resource;
  }

  protected override get moves(): readonly Move[] {
    // Under a former id both were there already: the step itself moves on from there.
    return [{ from: address(formerName(this.#resource)), to: `null_resource.${formerName(this)}` }];
  }
}

const SAME_IDENTITY =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
  "${self.triggers.item == each.value.item && self.triggers.target == each.value.target}";

const REFUSAL =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
  "${self.triggers.item} is protected from deletion, but this plan would replace it, because its name or its Web Target changes: now ${self.triggers.item} at ${self.triggers.target}, declared ${each.value.item} at ${each.value.target}. Nothing was changed. To replace it, deploy once with deleteProtection: false, then this change (docs/guides/change-an-item.md).";

import { Aspects, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { CustomRotatedSecret } from "./custom-rotated-secret.ts";
import { validateTag } from "./tag.ts";

/**
 * Tags for all secrets below a construct, usually a stack.
 *
 * @example ItemTags.add(stack, "team:payments")
 */
export class ItemTags implements IAspect {
  readonly #tags: readonly string[];

  private constructor(tags: readonly string[]) {
    this.#tags = tags;
  }

  /** Adds the tags to every secret that is, or will be, declared below `scope`. */
  static add(scope: IConstruct, ...tags: string[]): void {
    tags.forEach(validateTag);
    Aspects.of(scope).add(new ItemTags(tags));
  }

  /** Called by cdktf for each construct at synth. */
  visit(node: IConstruct): void {
    if (CustomRotatedSecret.isCustomRotatedSecret(node)) node.addTags(...this.#tags);
  }
}

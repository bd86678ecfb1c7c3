import type { TerraformResource } from "cdktf";
import { terraformAddress } from "./terraform-address.ts";

const TRIGGER = "since";

/** The trigger that remembers in which plan a step began. The step lists {@link IGNORED_BEGINNING}. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
export const BEGINNING = { [TRIGGER]: "${plantimestamp()}" };

/** Keeps the moment at which a step began, and lets no earlier version of the kit's steps change. */
export const IGNORED_BEGINNING = `triggers["${TRIGGER}"]`;

/**
 * The condition that a step begins in this very plan: it is created or replaced. It is known while
 * Terraform plans, unlike an id, so that a condition which names it fails the plan, not the apply.
 *
 * @param step its address, or `self`
 */
export const beginsNow = (step: string): string =>
  `(try(${step}.triggers.${TRIGGER}, "") == plantimestamp())`;

/** {@link beginsNow} of a step that is declared. */
export const stepBeginsNow = (step: TerraformResource): string => beginsNow(terraformAddress(step));

import type { Resource } from "../../rules/model.ts";

/** One attribute of an item that the plan changes. Values only where they may be shown. */
export interface Difference {
  readonly attribute: string;
  readonly before?: string;
  readonly after?: string;
}

/** An item or a Web Target that a plan touches or holds, however it is managed. */
export interface ReviewedItem {
  readonly kind: "secret" | "target";
  /** Address by which findings name it. */
  readonly address: string;
  /** Its address before a move. */
  readonly formerAddress?: string;
  readonly path?: string;
  readonly realisation: "provider" | "out-of-state";
  /** Name in Akeyless after the plan, as it may be shown; absent where nobody knows it. */
  readonly name?: string;
  /** Name before the plan. */
  readonly formerName?: string;
  /** What rules see of it: after the plan, and as it is today (absent for what is new). */
  readonly resource: Resource;
  readonly earlier?: Resource;
  readonly differences: readonly Difference[];
  readonly imported: boolean;
  /** A left-over of a replacement that failed half way. */
  readonly deposed: boolean;
  /** Why Terraform puts the change off to a later plan. */
  readonly deferred?: string;
  /** Terraform's word for why it acts, where the review knows it. */
  readonly reason?: string;
  /** Whether the code forbids Terraform to destroy it; absent where nobody knows. */
  readonly preventDestroy?: boolean;
  /** Whether the item refuses to be deleted today; absent where no plan tells. */
  readonly deleteProtected?: boolean;
  /** Parts of it that the plan cannot tell. */
  readonly blind: readonly string[];
  /** The version of the bootstrap payload that a step of the kit sends, where the plan changes it. */
  readonly payloadVersion?: string;
}

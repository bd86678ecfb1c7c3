/** What a step did to an item or a Web Target. */
export interface Outcome {
  readonly kind: "secret" | "target";
  readonly name: string;
  /** `absent`: there was nothing to delete. */
  readonly outcome: "created" | "updated" | "unchanged" | "deleted" | "absent";
  /** Whether the bootstrap payload was sent. */
  readonly payloadSent: boolean;
  /** Settings that were changed. */
  readonly changed: readonly string[];
}

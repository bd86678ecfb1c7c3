/** What a step did to an item or a Web Target. */
export interface ItemOutcome<Result = "created" | "updated" | "unchanged" | "deleted" | "absent"> {
  readonly kind: "secret" | "target";
  readonly name: string;
  /** `absent`: there was nothing to delete. */
  readonly outcome: Result;
  /** Whether the bootstrap payload was sent. */
  readonly payload_sent: boolean;
  /** Settings that were changed. */
  readonly changed: string[];
}

/** What an application did. */
export type Applied = ItemOutcome<"created" | "updated" | "unchanged">;

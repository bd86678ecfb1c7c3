/** The Event Center's event types for rotated secrets; they tell of automatic rotations only. */
export type GatewayEventType =
  | "rotated-secret-success"
  | "rotated-secret-failure"
  | "next-automatic-rotation";

/** An entry of the Event Center. */
export interface GatewayEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: GatewayEventType;
  readonly item: string;
  /** The error of a failed rotation, without what the payload holds. */
  readonly detail?: string;
}

/** A call of the API, as it arrived: what a client really sends. Holds secrets, stays in memory. */
export interface RecordedCall {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly userAgent: string;
  /** The answer's status. */
  status?: number;
  /** Fields that were sent and not understood. */
  ignored?: readonly string[];
}

/** What a client sent that the gateway does not understand. */
export interface IgnoredFields {
  readonly path: string;
  readonly fields: readonly string[];
}

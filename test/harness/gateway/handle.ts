import type { FaultBoard } from "../faults.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import type { GatewayEvent, IgnoredFields, RecordedCall } from "./events.ts";
import type { StoredItem } from "./model.ts";
import type { TokenOverrides } from "./producer-credentials.ts";
import type { SessionEnd } from "./remote-access.ts";
import type { CallOutcome } from "./rotation-call.ts";
import type { GatewayState } from "./state.ts";
import type { TimelineEntry } from "./timeline.ts";

/** A running gateway. `await using` stops it at the end of the block. */
export interface EmulatedGateway extends AsyncDisposable {
  /** Base URL over HTTP; the API is also below `/v2` and `/api/v2`. */
  readonly url: string;
  /** Base URL over HTTPS, where a certificate was given. */
  readonly tlsUrl?: string;
  /** Access id and key of the first API user. */
  readonly accessId: string;
  readonly accessKey: string;
  /** The access id in AkeylessCreds, which rotators have to expect. */
  readonly gatewayAccessId: string;
  /** Value of the header `x-emulator-token` that the control endpoints ask for. */
  readonly controlToken: string;
  /** The console, with the control token behind the `#`, which a browser sends nowhere. */
  readonly consoleUrl: string;
  /** Stands still until it is moved, or until `run`. */
  readonly clock: VirtualClock;
  /** Faults at the points `rotation` (the default), `store`, `validation` and `api`. */
  readonly faults: FaultBoard;
  /** The Event Center's entries, oldest first. */
  readonly events: readonly GatewayEvent[];
  /** Every API call as it arrived, with its secrets. */
  readonly calls: readonly RecordedCall[];
  /** The last rotations with their steps, oldest first; without secrets. */
  readonly timeline: readonly TimelineEntry[];
  /** Calls `listener` for fields that a client sent and the gateway did not understand, once each. */
  onIgnored(listener: (ignored: IgnoredFields) => void): void;
  /** Calls `listener` at each step of each rotation; returns a function that ends it. */
  follow(listener: (entry: TimelineEntry) => void): () => void;
  /** Moves the clock; scheduled rotations that become due have ended when it resolves. */
  advance(milliseconds: number): Promise<void>;
  /** Moves the clock to the item's next automatic rotation. */
  advanceToRotation(item: string): Promise<void>;
  /** Lets the clock run with the machine's time, or `speed` times as fast. */
  run(speed?: number): void;
  /** Lets the clock stand still, as it does at first. */
  pause(): void;
  /** Rotates an item as a person with the API would. */
  rotate(item: string): Promise<CallOutcome>;
  /** Opens a Secure Remote Access session and returns its id. */
  openSession(item: string, user?: string): string;
  /** Ends a session; rotates where the item asks for it. */
  closeSession(id: string): Promise<SessionEnd>;
  /** The stored item, with every version and its payload; undefined where there is none. */
  item(name: string): Readonly<StoredItem> | undefined;
  /** An AkeylessCreds token as the gateway sends it, or bent. */
  issueCredentials(item: string, overrides?: TokenOverrides): Promise<string>;
  /** Everything that the account holds, with its secrets: for `importState`, as JSON. */
  exportState(): GatewayState;
  /** Puts items and targets in the place of those that are there; users and keys stay. */
  importState(state: GatewayState): void;
  /** Empties the account, takes back faults and forgets calls, events and timeline. */
  reset(): void;
  stop(): Promise<void>;
}

import { defined } from "../../../common/defined.ts";
import type { Fault, FaultBoard } from "../faults.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import type { GatewayEvent } from "./events.ts";
import type { Logins } from "./logins.ts";
import type { StoredItem } from "./model.ts";
import type { GatewaySettings } from "./options.ts";
import type { ProducerCredentials } from "./producer-credentials.ts";
import { KeyedQueue } from "./queue.ts";
import type { CallOutcome, RotationCaller, RotationRequest } from "./rotation-call.ts";
import { callUnderFault } from "./rotation-faults.ts";
import type { Store } from "./store.ts";
import {
  type RunningRotation,
  secretsInPayload,
  type Timeline,
  withoutPayloads,
} from "./timeline.ts";
import { addVersion, currentVersion } from "./versions.ts";

/** What started a rotation. */
export type Trigger = "manual" | "scheduled" | "session-ended" | "dry-run";

/** What rotations need of the gateway. */
export interface RotationContext {
  readonly settings: GatewaySettings;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly credentials: ProducerCredentials;
  readonly caller: RotationCaller;
  readonly faults: FaultBoard;
  readonly timeline: Timeline;
  readonly logins: Logins;
  /** The user whose session locks the item, if one does. */
  lockedBy(item: StoredItem): string | undefined;
  emit(event: GatewayEvent): void;
  /** Plans the item's next automatic rotation. */
  reschedule(item: StoredItem): void;
}

/** Rotates secrets: one rotation of an item at a time, triggers in the order in which they came. */
export class Rotations {
  readonly #queue = new KeyedQueue<StoredItem>();
  readonly #context: RotationContext;

  constructor(context: RotationContext) {
    this.#context = context;
  }

  /** Rotates once. Never rejects for a failure of the rotator: that is kept in the item. */
  rotate(item: StoredItem, trigger: Trigger): Promise<CallOutcome> {
    return this.#queue.run(item, () => this.#rotateNow(item, trigger));
  }

  /** Runs work that writes the item's value, when no rotation of it is under way. */
  exclusively<Result>(item: StoredItem, work: () => Promise<Result>): Promise<Result> {
    return this.#queue.run(item, work);
  }

  /** Calls the rotator once as the dry run of a create does; the answer is stored only by option. */
  async dryRun(item: StoredItem): Promise<CallOutcome> {
    const { settings, timeline, clock, caller } = this.#context;
    const payload = currentVersion(item).payload;
    const line = timeline.begin(item.name, "dry-run", clock.now(), secretsInPayload(payload));
    const request = this.#request(item, payload, settings.dryRunAccessId || undefined);
    const outcome = "error" in request ? request : await caller.call(request);
    if ("payload" in outcome && settings.dryRunAnswer === "store") this.#record(item, outcome);
    line.end(outcome, item.lastVersion);
    return outcome;
  }

  async #rotateNow(item: StoredItem, trigger: Trigger): Promise<CallOutcome> {
    const { clock, store, emit, reschedule } = this.#context;
    if (!store.holds(item)) return { error: "creds rotation failed: the item was deleted" };
    const sent = currentVersion(item).payload;
    const { timeline, logins } = this.#context;
    const line = timeline.begin(item.name, trigger, clock.now(), secretsInPayload(sent));
    const outcome = await this.#follow(item, sent, line);
    const told = await logins.askAfterRotation(item);
    if (told !== undefined) line.step("system", told);
    line.end(outcome, item.lastVersion);
    // A failed rotation is not retried before the next one is due (assumed); a failed one on
    // demand leaves the plan as it is.
    if (store.holds(item) && (trigger === "scheduled" || "payload" in outcome)) reschedule(item);
    store.changed(item);
    if (trigger === "scheduled" && store.holds(item)) {
      const failure = "error" in outcome;
      emit({
        at: clock.now(),
        type: failure ? "rotated-secret-failure" : "rotated-secret-success",
        item: item.name,
        ...(failure && { detail: withoutPayloads(outcome.error, [sent]) }),
      });
    }
    return outcome;
  }

  /** One call of the rotator and what is stored of its answer. */
  async #follow(item: StoredItem, sent: string, line: RunningRotation): Promise<CallOutcome> {
    const { store } = this.#context;
    const refusal = this.#refusal(item);
    const fault =
      refusal === undefined
        ? this.#context.faults.take("rotation", { item: item.name })
        : undefined;
    if (fault) line.fault(fault.name);
    const answer: CallOutcome =
      refusal === undefined ? await this.#call(item, sent, fault) : { error: refusal };
    line.step("rotator", "payload" in answer ? "answered" : "failed");
    if ("payload" in answer) line.step("system", "changed, says the rotator");
    // Deleted while its rotator was at work: the new password is lost, as in the real product.
    if (!store.holds(item)) return answer;
    const outcome = this.#record(item, answer);
    if (fault?.name === "replay") await this.#call(item, sent, undefined);
    return outcome;
  }

  #refusal(item: StoredItem): string | undefined {
    if (!item.enabled) return "creds rotation failed: the item is disabled";
    const user = this.#context.lockedBy(item);
    return user === undefined
      ? undefined
      : `creds rotation failed: the item is locked by a session of ${user}`;
  }

  async #call(item: StoredItem, payload: string, fault: Fault | undefined): Promise<CallOutcome> {
    const request = this.#request(item, payload);
    if ("error" in request) return request;
    return callUnderFault(this.#context.caller, request, fault);
  }

  /** Stores the answer, with the fault that is due at this step, or the error. */
  #record(item: StoredItem, answer: CallOutcome): CallOutcome {
    const { clock, settings, faults } = this.#context;
    const fault = "payload" in answer ? faults.take("store", { item: item.name }) : undefined;
    const outcome =
      fault?.name === "keep-old"
        ? { error: "creds rotation failed: the new value could not be stored" }
        : answer;
    if ("error" in outcome) {
      item.status = "RotationFailed";
      item.lastError = outcome.error;
      return outcome;
    }
    const at = clock.now();
    const { defaultMaxVersions, gatewayAccessId: accessId } = settings;
    const before = currentVersion(item).payload;
    addVersion(item, outcome.payload, { at, accessId, defaultMaxVersions });
    if (fault?.name === "restore-previous")
      addVersion(item, before, { at, accessId, defaultMaxVersions });
    item.status = "RotationSucceeded";
    item.lastRotationAt = at;
    delete item.lastError;
    return outcome;
  }

  #request(
    item: StoredItem,
    payload: string,
    accessId?: string,
  ): RotationRequest | { readonly error: string } {
    const target = this.#context.store.targetById(item.targetId);
    if (!target) return { error: "creds rotation failed: the item's target does not exist" };
    return {
      url: target.url,
      payload,
      credentials: this.#context.credentials.issue(item.name, defined({ accessId })),
      timeoutSeconds: item.timeoutSeconds,
    };
  }
}

import type { VirtualClock } from "../virtual-clock.ts";
import type { Schedules } from "./schedule.ts";
import { type AccountIdentity, type GatewayState, gatewayState } from "./state.ts";
import type { StateFile } from "./state-file.ts";
import type { Store, Stored } from "./store.ts";

/** After so many changes the file is written anew, as one state. */
const CHANGES_BEFORE_COMPACTING = 20_000;

/** What the account needs of the gateway. */
export interface AccountContext {
  readonly identity: AccountIdentity;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly schedules: Schedules;
  /** Where the account is kept; undefined: only in memory. */
  readonly file: StateFile | undefined;
}

/** The account as a whole: kept in a file, taken out, put in, emptied. */
export class Account {
  readonly #context: AccountContext;
  #appended = 0;

  constructor(context: AccountContext) {
    this.#context = context;
    context.store.onChange((changed) => this.#write(changed));
  }

  /** Everything that the account holds, with its secrets. */
  state(): GatewayState {
    const { identity, clock, store } = this.#context;
    return gatewayState({
      now: clock.now(),
      lastId: store.lastId,
      identity,
      items: store.items(),
      targets: store.targets(),
      statics: store.statics(),
    });
  }

  /**
   * Puts items and targets in the place of those that are there. Who is who stays: a state is not
   * asked for its users. Rotations that are overdue run as soon as the clock moves.
   */
  replace(state: Pick<GatewayState, "lastId" | "items" | "targets" | "statics">): void {
    const { store, schedules, file } = this.#context;
    schedules.clear();
    // A copy: the state may be another gateway's.
    store.replace(structuredClone(state));
    for (const item of store.items()) schedules.resume(item);
    file?.replace(this.state());
    this.#appended = 0;
  }

  #write(changed: readonly Stored[]): void {
    const { clock, store, file } = this.#context;
    if (!file) return;
    const there = changed.filter((thing) => store.has(thing));
    file.append({
      now: clock.now(),
      lastId: store.lastId,
      items: there.filter((thing) => "targetId" in thing),
      targets: there.filter((thing) => "url" in thing),
      statics: there.filter((thing) => "value" in thing),
      removed: changed.filter((thing) => !there.includes(thing)).map(({ id }) => id),
    });
    this.#appended += 1;
    if (this.#appended < CHANGES_BEFORE_COMPACTING) return;
    file.replace(this.state());
    this.#appended = 0;
  }
}

import type { Clock } from "../../../common/clock.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import type { AccountIdentity } from "./identity.ts";
import type { Random } from "./random.ts";
import type { RemoteSessions } from "./remote-access.ts";
import type { Schedules } from "./schedule.ts";
import { type GatewayState, gatewayState, type StateChange } from "./state.ts";
import type { StateFile } from "./state-file.ts";
import type { Store, Stored } from "./store.ts";
import type { Tokens } from "./tokens.ts";

/** After so many changes the file is written anew, as one state. */
const CHANGES_BEFORE_COMPACTING = 20_000;

/** What the account needs of the gateway. */
export interface AccountContext {
  readonly identity: AccountIdentity;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly schedules: Schedules;
  readonly sessions: RemoteSessions;
  readonly tokens: Tokens;
  readonly random: Random;
  /** The machine's time. */
  readonly wall: Clock;
  /** Where the account is kept; undefined: only in memory. */
  readonly file: StateFile | undefined;
}

/** What the clock may move against the machine's before the file is told, in milliseconds. */
const UNTOLD = 1_000;

/** The account as a whole: kept in a file, taken out, put in, emptied. */
export class Account {
  readonly #context: AccountContext;
  #appended = 0;
  /** How far the clock was ahead of the machine's when the file was last told. */
  #ahead = 0;
  /** Ends what its gateway no longer needs: the clock may be another one's too. */
  readonly close: () => void = () => {};

  constructor(context: AccountContext) {
    this.#context = context;
    const { store, sessions, tokens, clock, file } = context;
    if (!file) return;
    store.onChange((changed) => this.#write(this.#changeOf(changed)));
    sessions.onChange((session) => this.#write({ sessions: [session] }));
    tokens.onIssue((token) => this.#write({ tokens: [token] }));
    this.close = clock.onMove(() => {
      if (Math.abs(this.#aheadNow() - this.#ahead) >= UNTOLD) this.#write({});
    });
  }

  /** Everything that the account holds, with its secrets. */
  state(): GatewayState {
    const { identity, store, sessions, tokens } = this.#context;
    return gatewayState({
      ...this.#counters(),
      identity,
      items: store.items(),
      targets: store.targets(),
      statics: store.statics(),
      sessions: sessions.kept(),
      tokens: tokens.kept(),
    });
  }

  /**
   * Puts items, targets and sessions in the place of those that are there. Who is who, and who is
   * logged in, stays: a state is not asked for its users. Rotations that are overdue run as soon as
   * the clock moves.
   */
  replace(
    state: Pick<GatewayState, "lastId" | "items" | "targets" | "statics" | "sessions">,
  ): void {
    const { store, schedules, sessions, file } = this.#context;
    schedules.clear();
    // A copy: the state may be another gateway's.
    store.replace(structuredClone(state));
    const items = new Map(store.items().map((item) => [item.id, item]));
    for (const item of items.values()) schedules.resume(item);
    sessions.replace(state.sessions, (id) => items.get(id));
    if (file) this.#compact(file);
  }

  #counters(): Pick<GatewayState, "now" | "lastId" | "drawn"> {
    const { clock, store, random } = this.#context;
    return { now: clock.now(), lastId: store.lastId, drawn: random.drawn };
  }

  #changeOf(changed: readonly Stored[]): Partial<StateChange> {
    const { store } = this.#context;
    const there = changed.filter((thing) => store.has(thing));
    return {
      items: there.filter((thing) => "targetId" in thing),
      targets: there.filter((thing) => "url" in thing),
      statics: there.filter((thing) => "value" in thing),
      removed: changed.filter((thing) => !there.includes(thing)).map(({ id }) => id),
    };
  }

  #write(change: Partial<StateChange>): void {
    const { file } = this.#context;
    if (!file) return;
    file.append({ ...NO_CHANGE, ...this.#counters(), ...change });
    this.#ahead = this.#aheadNow();
    this.#appended += 1;
    if (this.#appended >= CHANGES_BEFORE_COMPACTING) this.#compact(file);
  }

  #compact(file: StateFile): void {
    file.replace(this.state());
    this.#ahead = this.#aheadNow();
    this.#appended = 0;
  }

  #aheadNow(): number {
    return this.#context.clock.now() - this.#context.wall.now();
  }
}

const NO_CHANGE = { items: [], targets: [], statics: [], sessions: [], tokens: [], removed: [] };

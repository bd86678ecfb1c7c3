import type { VirtualClock } from "../virtual-clock.ts";
import type { StoredItem } from "./model.ts";
import { type Random, uuid } from "./random.ts";
import type { CallOutcome } from "./rotation-call.ts";
import type { Rotations } from "./rotations.ts";
import type { Store } from "./store.ts";

const MINUTE = 60_000;

/** A Secure Remote Access session that is open. */
interface Session {
  readonly id: string;
  readonly item: StoredItem;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
  /** Set once it has ended. */
  closedAt?: number;
}

/** So many sessions are remembered, with those that have ended. */
const REMEMBERED = 200;

/** What ending a session led to. */
export type SessionEnd =
  | { readonly rotation: "none" }
  /** Rotated at once. */
  | { readonly rotation: "done"; readonly outcome: CallOutcome }
  /** Will rotate when the clock reaches `at`. */
  | { readonly rotation: "planned"; readonly at: number };

/** Plays Secure Remote Access: sessions of people who use a secret without seeing it. */
export class RemoteSessions {
  readonly #sessions = new Map<string, Session>();
  #history: Session[] = [];
  readonly #clock: VirtualClock;
  readonly #store: Store;
  readonly #rotations: () => Rotations;
  readonly #random: Random;

  constructor(clock: VirtualClock, store: Store, random: Random, rotations: () => Rotations) {
    this.#random = random;
    this.#clock = clock;
    this.#store = store;
    this.#rotations = rotations;
  }

  /** Opens a session; a RangeError says why it cannot be. */
  open(itemName: string, user = "user@example.com"): Session {
    const item = this.#store.findItem(itemName);
    if (!item) throw new RangeError(`openSession: there is no item "${itemName}"`);
    if (!item.remoteAccess.enable)
      throw new RangeError(`openSession: remote access is not enabled on "${item.name}"`);
    const session: Session = { id: uuid(this.#random), item, user, openedAt: this.#clock.now() };
    this.#sessions.set(session.id, session);
    this.#history = [...this.#history, session].slice(-REMEMBERED);
    return session;
  }

  /** Ends a session and rotates where the item asks for it, at once or after its delay. */
  async close(id: string): Promise<SessionEnd> {
    const session = this.#sessions.get(id);
    if (!session) throw new RangeError(`closeSession: there is no open session "${id}"`);
    this.#sessions.delete(id);
    session.closedAt = this.#clock.now();
    const { item } = session;
    const after = item.remoteAccess.rotateAfterDisconnect;
    if (!after?.rotate) return { rotation: "none" };
    const rotate = () => this.#rotations().rotate(item, "session-ended");
    if (after.delayMinutes === 0) return { rotation: "done", outcome: await rotate() };
    const at = this.#clock.now() + after.delayMinutes * MINUTE;
    this.#clock.schedule(at, async () => {
      await rotate();
    });
    return { rotation: "planned", at };
  }

  /** Forgets every session. */
  clear(): void {
    this.#sessions.clear();
    this.#history = [];
  }

  /** The last sessions, open and ended, oldest first. */
  get history(): readonly Session[] {
    return this.#history;
  }

  of(item: StoredItem): Session[] {
    return [...this.#sessions.values()].filter((session) => session.item === item);
  }

  /** The user whose session locks the item, where the item asks to be locked. */
  lockedBy(item: StoredItem): string | undefined {
    return item.remoteAccess.lockDuringSession ? this.of(item)[0]?.user : undefined;
  }
}

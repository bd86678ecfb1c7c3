import type { VirtualClock } from "../virtual-clock.ts";
import type { StoredItem } from "./model.ts";
import { type Random, uuid } from "./random.ts";
import type { CallOutcome } from "./rotation-call.ts";
import type { Rotations } from "./rotations.ts";
import type { KeptSession } from "./state.ts";
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
  /** When the rotation after it is due; set until that has ended. */
  rotateAt?: number;
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
  readonly #timers = new Set<() => void>();
  #onChange: (kept: KeptSession) => void = () => {};

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
    this.#remember(session);
    this.#onChange(keptOf(session));
    return session;
  }

  /** Ends a session and rotates where the item asks for it, at once or after its delay. */
  async close(id: string): Promise<SessionEnd> {
    const session = this.#sessions.get(id);
    if (!session) throw new RangeError(`closeSession: there is no open session "${id}"`);
    this.#sessions.delete(id);
    const now = this.#clock.now();
    session.closedAt = now;
    const after = session.item.remoteAccess.rotateAfterDisconnect;
    // Written before it begins: a gateway that is killed meanwhile rotates when it is there again.
    if (after?.rotate) session.rotateAt = now + after.delayMinutes * MINUTE;
    this.#onChange(keptOf(session));
    if (session.rotateAt === undefined) return { rotation: "none" };
    if (session.rotateAt === now)
      return { rotation: "done", outcome: await this.#rotateAfter(session) };
    this.#plan(session, session.rotateAt);
    return { rotation: "planned", at: session.rotateAt };
  }

  #plan(session: Session, at: number): void {
    const cancel = this.#clock.schedule(at, async () => {
      this.#timers.delete(cancel);
      await this.#rotateAfter(session);
    });
    this.#timers.add(cancel);
  }

  async #rotateAfter(session: Session): Promise<CallOutcome> {
    const outcome = await this.#rotations().rotate(session.item, "session-ended");
    delete session.rotateAt;
    this.#onChange(keptOf(session));
    return outcome;
  }

  #remember(session: Session): void {
    const all = [...this.#history, session];
    const old = all.length - REMEMBERED;
    this.#history = all.filter((each, index) => index >= old || isUnfinished(each));
  }

  /** From now on `listener` is told of each session that opens, ends, or has rotated its item. */
  onChange(listener: (kept: KeptSession) => void): void {
    this.#onChange = listener;
  }

  /** The last sessions, for the account's file. */
  kept(): KeptSession[] {
    return this.#history.map(keptOf);
  }

  /** Takes the place of every session that is here, with the rotations that are planned after them. */
  replace(kept: readonly KeptSession[], itemById: (id: number) => StoredItem | undefined): void {
    this.#clear();
    for (const { itemId, ...rest } of kept) {
      const item = itemById(itemId);
      if (!item) continue;
      const session: Session = { ...rest, item };
      if (session.closedAt === undefined) this.#sessions.set(session.id, session);
      if (session.rotateAt !== undefined) this.#plan(session, session.rotateAt);
      this.#remember(session);
    }
  }

  #clear(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
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

function isUnfinished({ closedAt, rotateAt }: Session): boolean {
  return closedAt === undefined || rotateAt !== undefined;
}

function keptOf({ item, ...session }: Session): KeptSession {
  return { ...session, itemId: item.id };
}

import { itemPath } from "../../../common/item-path.ts";
import { alreadyExists, type Identity, itemNotFound, targetNotFound } from "./api-error.ts";
import type { StaticSecret, StoredItem, StoredTarget } from "./model.ts";
import type { GatewayState } from "./state.ts";

/** What an account holds. */
export type Stored = StoredItem | StoredTarget | StaticSecret;

/** Everything the account holds, in memory. */
export class Store {
  readonly #items = new Map<string, StoredItem>();
  readonly #targets = new Map<string, StoredTarget>();
  readonly #statics = new Map<string, StaticSecret>();
  readonly #targetsById = new Map<number, StoredTarget>();
  readonly #changed = new Set<Stored>();
  #lastId = 1000;
  readonly #listeners = new Set<(changed: readonly Stored[]) => void>();
  #generation = 0;

  get lastId(): number {
    return this.#lastId;
  }

  /** Another number after each `replace`. */
  get generation(): number {
    return this.#generation;
  }

  /** Takes the place of everything that is here. */
  replace(state: Pick<GatewayState, "lastId" | "items" | "targets" | "statics">): void {
    this.#items.clear();
    this.#statics.clear();
    this.#targets.clear();
    this.#targetsById.clear();
    this.#changed.clear();
    this.#lastId = state.lastId;
    this.#generation += 1;
    for (const secret of state.statics) this.#statics.set(secret.name, secret);
    for (const item of state.items) this.#items.set(item.name, item);
    for (const target of state.targets) {
      this.#targets.set(target.name, target);
      this.#targetsById.set(target.id, target);
    }
  }

  /**
   * From now on `listener` is told what changed, once for all that changed in one moment. Returns a
   * function that ends it.
   */
  onChange(listener: (changed: readonly Stored[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that an item or target was written or removed. */
  changed(thing: Stored): void {
    if (this.#listeners.size === 0) return;
    if (this.#changed.size === 0) queueMicrotask(() => this.flush());
    this.#changed.add(thing);
  }

  /** Tells the listener now. */
  flush(): void {
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const listener of this.#listeners) listener(changed);
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** All items, sorted by name. */
  items(): StoredItem[] {
    return [...this.#items.values()].sort(byName);
  }

  /** All static secrets, sorted by name. */
  statics(): StaticSecret[] {
    return [...this.#statics.values()].sort(byName);
  }

  findStatic(name: string): StaticSecret | undefined {
    return this.#statics.get(itemPath(name));
  }

  /** Adds a static secret, or 409. */
  addStatic(secret: StaticSecret, who: Identity): void {
    this.#refuseTaken(secret.name, who);
    this.#statics.set(secret.name, secret);
    this.changed(secret);
  }

  removeStatic(secret: StaticSecret): void {
    this.#statics.delete(secret.name);
    this.changed(secret);
  }

  /** Whether it is still there. */
  has(thing: Stored): boolean {
    if ("targetId" in thing) return this.holds(thing);
    return "url" in thing ? this.#holdsTarget(thing) : this.#statics.get(thing.name) === thing;
  }

  /** Items and static secrets share their names. */
  #refuseTaken(name: string, who: Identity): void {
    if (this.#items.has(name) || this.#statics.has(name)) throw alreadyExists("item", name, who);
  }

  /** All targets, sorted by name. */
  targets(): StoredTarget[] {
    return [...this.#targets.values()].sort(byName);
  }

  findItem(name: string): StoredItem | undefined {
    return this.#items.get(itemPath(name));
  }

  findTarget(name: string): StoredTarget | undefined {
    return this.#targets.get(itemPath(name));
  }

  /** The target with this id; undefined once it was deleted by force. */
  targetById(id: number): StoredTarget | undefined {
    return this.#targetsById.get(id);
  }

  /** The item of this name, or 404. */
  item(name: string, who: Identity): StoredItem {
    const item = this.findItem(name);
    if (!item) throw itemNotFound(itemPath(name), who);
    return item;
  }

  /** The target of this name, or 404. */
  target(name: string, who: Identity): StoredTarget {
    const target = this.findTarget(name);
    if (!target) throw targetNotFound(itemPath(name), who);
    return target;
  }

  /** Whether the item is still there, under whatever name. */
  holds(item: StoredItem): boolean {
    return this.#items.get(item.name) === item;
  }

  #holdsTarget(target: StoredTarget): boolean {
    return this.#targetsById.has(target.id);
  }

  itemsOf(target: StoredTarget): StoredItem[] {
    return this.items().filter((item) => item.targetId === target.id);
  }

  /** Adds an item, or 409. */
  addItem(item: StoredItem, who: Identity): void {
    this.#refuseTaken(item.name, who);
    this.#items.set(item.name, item);
    this.changed(item);
  }

  /** Adds a target, or 409. */
  addTarget(target: StoredTarget, who: Identity): void {
    if (this.#targets.has(target.name)) throw alreadyExists("target", target.name, who);
    this.#targets.set(target.name, target);
    this.#targetsById.set(target.id, target);
    this.changed(target);
  }

  /** Gives an item another name, or 409. */
  renameItem(item: StoredItem, newName: string, who: Identity): void {
    if (itemPath(newName) !== item.name) this.#refuseTaken(itemPath(newName), who);
    rename(this.#items, item, newName, () => alreadyExists("item", itemPath(newName), who));
    this.changed(item);
  }

  /** Gives a target another name, or 409. */
  renameTarget(target: StoredTarget, newName: string, who: Identity): void {
    rename(this.#targets, target, newName, () => alreadyExists("target", itemPath(newName), who));
    this.changed(target);
  }

  removeItem(item: StoredItem): void {
    this.#items.delete(item.name);
    this.changed(item);
  }

  removeTarget(target: StoredTarget): void {
    this.#targets.delete(target.name);
    this.#targetsById.delete(target.id);
    this.changed(target);
  }
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}

function rename<T extends { name: string }>(
  all: Map<string, T>,
  thing: T,
  newName: string,
  taken: () => Error,
): void {
  const name = itemPath(newName);
  if (name === thing.name) return;
  if (all.has(name)) throw taken();
  all.delete(thing.name);
  thing.name = name;
  all.set(name, thing);
}

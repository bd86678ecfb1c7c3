import type { ChangeView, ItemView, RotationView, SnapshotView } from "../views.ts";

/** What the page knows and what its user has chosen. */
export interface Model {
  readonly phase: "signed-out" | "connecting" | "connected" | "lost";
  /** What was told; undefined until the first answer. */
  readonly told: SnapshotView | undefined;
  /** The id of the item that is looked at. */
  readonly selected: number | undefined;
  /** Only items whose name holds this. */
  readonly filter: string;
  /** Payloads that were asked for, by version, of the selected item. */
  readonly shown: ReadonlyMap<number, string>;
  /** What came of the last thing that the user did. */
  readonly message: string;
}

/** Nothing yet. */
export const NOTHING: Model = {
  phase: "signed-out",
  told: undefined,
  selected: undefined,
  filter: "",
  shown: new Map(),
  message: "",
};

/** So many rotations are kept. */
const REMEMBERED = 1_000;

/** What is known after a change. */
export function applied(told: SnapshotView, change: ChangeView): SnapshotView {
  const { items = [], removed = [], rotations = [], ...live } = change;
  return {
    ...told,
    ...live,
    items: merged(told.items, items, ({ id }) => id)
      .filter(({ id }) => !removed.includes(id))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    rotations: merged(told.rotations, rotations, ({ number }) => number).slice(-REMEMBERED),
  };
}

function merged<T>(old: readonly T[], fresh: readonly T[], idOf: (thing: T) => number): T[] {
  if (fresh.length === 0) return [...old];
  const all = new Map(old.map((thing) => [idOf(thing), thing]));
  for (const thing of fresh) all.set(idOf(thing), thing);
  return [...all.values()];
}

/** The item that is looked at. */
export function selectedItem({ told, selected }: Model): ItemView | undefined {
  return told?.items.find(({ id }) => id === selected);
}

/** The rotations of an item, newest first. */
export function rotationsOf(told: SnapshotView, item: ItemView): RotationView[] {
  return told.rotations.filter(({ item: name }) => name === item.name).reverse();
}

import type { ItemConfig } from "../config/items.ts";
import type { RotatableSystem } from "../rotation/rotation.ts";
import type { System } from "../systems/system.ts";

/** Something that an item may ask for, and what its system must have then. */
interface Need {
  readonly asked: (item: ItemConfig) => boolean;
  readonly met: (system: System) => boolean;
  readonly sentence: string;
}

const OWN_CHANGES: ReadonlySet<string> = new Set(["single", "alternating", "random"]);
const RESET =
  "needs a system that resets passwords: an admin credential, or the verb reconcile of a command or module";

const NEEDS: readonly Need[] = [
  {
    asked: ({ strategy }) => OWN_CHANGES.has(strategy),
    met: ({ changesPasswords }) => changesPasswords !== false,
    sentence:
      "its strategy needs a system that changes passwords; this one only has keys (key-pair)",
  },
  {
    asked: ({ strategy }) => strategy === "key-pair",
    met: ({ keys }) => keys !== undefined,
    sentence: "strategy key-pair needs a system that creates keys",
  },
  {
    asked: ({ strategy }) => strategy === "dual-password",
    met: ({ changeRetaining }) => changeRetaining !== undefined,
    sentence: "strategy dual-password needs a system that keeps a second password",
  },
  {
    asked: ({ reconcile }) => reconcile,
    met: ({ reconcile }) => reconcile !== undefined,
    sentence: `reconcile ${RESET}`,
  },
  {
    asked: ({ bootstrap }) => bootstrap,
    met: ({ reconcile }) => reconcile !== undefined,
    sentence: `bootstrap ${RESET}`,
  },
];

/** Sentences about items that ask their system for what it cannot do. */
export function unmetNeeds(
  items: Readonly<Record<string, ItemConfig>>,
  systems: ReadonlyMap<string, RotatableSystem>,
): string[] {
  return Object.entries(items).flatMap(([name, item]) => {
    const system = systems.get(item.system)?.system;
    if (system === undefined) return [];
    return NEEDS.filter(({ asked, met }) => asked(item) && !met(system)).map(
      ({ sentence }) => `items.${name}: ${sentence}.`,
    );
  });
}

import { KitError } from "../../common/errors/kit-error.ts";
import type { Item } from "../attributes/item.ts";
import type { Gateway } from "../gateway/client.ts";
import { asDocument } from "./advice.ts";
import type { RotationOutcome } from "./documents.ts";
import type { CommandIo } from "./io.ts";
import { mapPooled } from "./pool.ts";
import { rotateOnce } from "./rotation.ts";

/** What became of one item. */
export interface Progress {
  readonly outcome: RotationOutcome;
  /** Why it was not rotated. */
  readonly error?: KitError;
}

/** How items are rotated. */
export interface RotateAllOptions {
  readonly io: Pick<CommandIo, "clock" | "progress" | "onInterrupt">;
  /** How many at the same time. */
  readonly width: number;
  /** Called as each item ends. */
  ended(progress: Progress): void;
}

/** What became of all items, in their order. */
export interface RotatedAll {
  readonly outcomes: RotationOutcome[];
  readonly errors: readonly KitError[];
  /** Ctrl-C: what had not begun never does; the gateway goes on with what had. */
  readonly interrupted: boolean;
}

/** Rotates items. One that fails does not stop the others. */
export async function rotateAll(
  gateway: Gateway,
  items: readonly Item[],
  { io, width, ended }: RotateAllOptions,
): Promise<RotatedAll> {
  const states = new Map<string, Progress>(
    items.map(({ item_name: name }) => [name, { outcome: { name, outcome: "not-started" } }]),
  );
  let interrupted = false;
  let done = 0;
  const end = (progress: Progress) => {
    if (interrupted) return;
    done += 1;
    states.set(progress.outcome.name, progress);
    ended(progress);
  };
  const work = mapPooled(
    items,
    async (item) => {
      if (interrupted) return;
      const name = item.item_name;
      states.set(name, { outcome: { name, outcome: "unfinished" } });
      io.progress?.(`[${done} of ${items.length} done] rotating ${name} ...`);
      end(await attempt(gateway, item, io));
    },
    width,
  );
  const stopped = new Promise<void>((resolve) => {
    io.onInterrupt?.(() => {
      interrupted = true;
      for (const progress of states.values()) {
        const { outcome } = progress.outcome;
        if (outcome === "unfinished" || outcome === "not-started") ended(progress);
      }
      resolve();
    });
  });
  await Promise.race([work, stopped]);
  const all = [...states.values()];
  return {
    outcomes: all.map(({ outcome }) => outcome),
    errors: all.flatMap(({ error }) => error ?? []),
    interrupted,
  };
}

async function attempt(
  gateway: Gateway,
  item: Item,
  { clock }: Pick<CommandIo, "clock">,
): Promise<Progress> {
  const name = item.item_name;
  try {
    return { outcome: await rotateOnce(gateway, item, clock) };
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    return { outcome: { name, outcome: "failed", error: asDocument(error) }, error };
  }
}

import type { RequestHandler, Response } from "express";
import type { Core } from "../core.ts";
import type { StoredItem } from "../model.ts";
import { liveOf, snapshotOf, viewOf } from "./overview.ts";
import type { ChangeView, LiveView, RotationView } from "./views.ts";

/** How often a console is told what changed, in milliseconds. */
const TICK = 150;

/** So many consoles may look at once. */
const MOST = 20;

/** Tells a console everything, and from then on what changes, as server-sent events. */
export function feed(core: Core): RequestHandler {
  let open = 0;
  return (request, response) => {
    if (open >= MOST)
      return void response.status(429).json({ error: `${MOST} consoles look already` });
    open += 1;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const end = follow(core, response);
    request.socket.once("close", () => {
      open -= 1;
      end();
    });
  };
}

function follow(core: Core, response: Response): () => void {
  const items = new Set<StoredItem>();
  const rotations = new Map<number, RotationView>();
  const unfollow = [
    core.store.onChange((things) => {
      for (const thing of things) if ("targetId" in thing) items.add(thing);
    }),
    core.timeline.follow((entry) => rotations.set(entry.number, entry)),
  ];
  let generation = core.store.generation;
  let told: LiveView = liveOf(core);
  const send = (event: string, data: object) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  send("snapshot", snapshotOf(core));
  const tick = () => {
    // A slow reader gets more at once, later.
    if (response.writableNeedDrain) return;
    const live = liveOf(core);
    if (core.store.generation !== generation) {
      generation = core.store.generation;
      send("snapshot", snapshotOf(core));
    } else {
      const change = changeOf(live, told, [...items], [...rotations.values()], core);
      if (Object.keys(change).length > 0) send("change", change);
    }
    told = live;
    items.clear();
    rotations.clear();
  };
  const timer = setInterval(tick, TICK).unref();
  return () => {
    clearInterval(timer);
    for (const stop of unfollow) stop();
  };
}

function changeOf(
  live: LiveView,
  before: LiveView,
  items: readonly StoredItem[],
  rotations: readonly RotationView[],
  core: Core,
): ChangeView {
  const parts = Object.entries(live).filter(
    ([name, part]) => JSON.stringify(part) !== JSON.stringify(before[name as keyof LiveView]),
  );
  const there = items.filter((item) => core.store.holds(item));
  const gone = items.filter((item) => !core.store.holds(item));
  return {
    ...Object.fromEntries(parts),
    ...(there.length > 0 && { items: there.map((item) => viewOf(item, core)) }),
    ...(gone.length > 0 && { removed: gone.map(({ id }) => id) }),
    ...(rotations.length > 0 && { rotations }),
  };
}

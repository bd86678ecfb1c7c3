import { Router } from "express";
import * as z from "zod";
import type { Core } from "../core.ts";
import type { StoredItem } from "../model.ts";
import { versionOf } from "../versions.ts";
import { feed } from "./feed.ts";

const itemSchema = z.object({ item: z.string().min(1) });
const valueSchema = itemSchema.extend({ version: z.int().nonnegative().default(0) });

/** The control calls that the console needs besides those that were there: below `/_emulator`. */
export function consoleCalls(core: Core): Router {
  const router = Router();
  router.get("/stream", feed(core));
  router.post("/rotate", async (request, response) => {
    const item = itemOf(itemSchema.parse(request.body).item, core);
    const outcome = await core.rotations.rotate(item, "manual");
    response.json({ outcome: "payload" in outcome ? "succeeded" : "failed" });
  });
  // A POST, so that no address holds a name whose value somebody looked at.
  router.post("/value", (request, response) => {
    const { item: name, version: number } = valueSchema.parse(request.body);
    const item = itemOf(name, core);
    const version = versionOf(item, number);
    if (!version) throw new RangeError(`there is no version ${number} of "${item.name}"`);
    response.set("cache-control", "no-store").json({ payload: version.payload });
  });
  router.post("/logins", async (request, response) => {
    const item = itemOf(itemSchema.parse(request.body).item, core);
    if (!core.logins.asks) throw new RangeError("there is nobody to ask: start with --login");
    await core.logins.ask(item, item.versions);
    core.store.changed(item);
    response.json({ asked: item.versions.length });
  });
  return router;
}

function itemOf(name: string, { store }: Core): StoredItem {
  const item = store.findItem(name);
  if (!item) throw new RangeError(`there is no item "${name}"`);
  return item;
}

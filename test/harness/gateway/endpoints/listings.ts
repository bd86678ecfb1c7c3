import * as z from "zod";
import { itemPath } from "../../../../common/item-path.ts";
import { type ApiCaller, type Core, may } from "../core.ts";
import { describeItem } from "../describe.ts";
import type { StoredItem } from "../model.ts";
import { operation } from "../operation.ts";
import { listingPage } from "../page.ts";
import { listItemsSchema } from "../requests/items.ts";

type Filter = z.output<typeof listItemsSchema>;

const listItems = operation({
  paths: ["/list-items"],
  request: listItemsSchema,
  run: (request, caller, core) => {
    const folder = folderOf(request.path);
    const visible = core.store.items().filter(({ name }) => may(caller, "list", name));
    const inside = visible.filter(({ name }) => name.startsWith(folder));
    const direct = request["current-folder"] ?? false;
    const items = inside.filter(
      (item) => matches(item, request) && !(direct && item.name.slice(folder.length).includes("/")),
    );
    const { entries, next } = listingPage(items, request["pagination-token"]);
    return {
      items: entries.map((item) => describeItem(item, core, caller)),
      folders: subfolders(inside, folder),
      has_next: next !== undefined,
      ...(next !== undefined && { next_page: next }),
    };
  },
});

/** `/prod` and `/prod/` both mean the folder; nothing means the root. */
export function folderOf(path = ""): string {
  const folder = itemPath(path);
  return folder.endsWith("/") ? folder : `${folder}/`;
}

function matches(item: StoredItem, filter: Filter): boolean {
  const types = filter.type ?? [];
  const subTypes = filter["sub-types"] ?? [];
  return (
    item.name.includes(filter.filter ?? "") &&
    (types.length === 0 || types.some(isRotatedSecret)) &&
    (subTypes.length === 0 || subTypes.includes("custom")) &&
    (!filter.tag || item.tags.includes(filter.tag)) &&
    (!filter["sra-only"] || item.remoteAccess.enable === true) &&
    item.modifiedAt >= (filter["modified-after"] ?? 0) * 1000
  );
}

function isRotatedSecret(type: string): boolean {
  return type.toLowerCase().replaceAll("_", "-") === "rotated-secret";
}

function subfolders(items: readonly StoredItem[], folder: string): string[] {
  const names = items
    .map(({ name }) => name.slice(folder.length).split("/"))
    .filter((parts) => parts.length > 1)
    .map(([first]) => `${folder}${first}/`);
  return [...new Set(names)];
}

const gatewayList = operation({
  paths: ["/gateway-list-rotated-secrets"],
  gatewayOnly: true,
  request: z.object({}),
  run: (_request, caller, core) => ({
    items: visibleItems(caller, core).map((item) => describeItem(item, core, caller)),
    has_next: false,
    next_page: "",
  }),
});

const list = operation({
  paths: ["/rotated-secret-list"],
  gatewayOnly: true,
  request: z.object({}),
  run: (_request, caller, core) => ({
    producers: visibleItems(caller, core).map((item) => ({
      id: item.id,
      name: item.name,
      type: "custom",
      active: item.enabled,
      init: true,
      failure_message: item.lastError ?? "",
    })),
    producers_errors: null,
  }),
});

function visibleItems(caller: ApiCaller, { store }: Core): StoredItem[] {
  return store.items().filter(({ name }) => may(caller, "list", name));
}

/** Operations that list items. */
export const listingOperations = [listItems, gatewayList, list];

import { namedRows } from "./attribute.ts";
import type { Item, Target } from "./item.ts";
import { secretRows } from "./secret.ts";
import { targetRows } from "./target.ts";

/** Every setting of a custom rotated secret except its name and its payload. */
export const SECRET_ATTRIBUTES = namedRows<Item>(secretRows);

/** Every setting of a Web Target except its name. */
export const TARGET_ATTRIBUTES = namedRows<Target>(targetRows);

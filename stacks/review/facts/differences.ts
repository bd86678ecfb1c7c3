import { itemPath } from "../../../common/item-path.ts";
import type { Concealer } from "../conceal/concealer.ts";
import { isMarked, marksAt } from "../conceal/marks.ts";
import type { ResourceChange } from "../read/plan-schema.ts";
import type { Difference } from "./item.ts";

/** What is written for a value that only the apply will tell. */
export const UNKNOWN_TEXT = "(known after the apply)";

/** What is written for a value that the import of an item does not read. */
const UNREAD_TEXT = "(not read)";

/**
 * The attributes in which two sides of a change differ, sorted. Unset, empty and null are the same:
 * the provider writes one for the other. Names of attributes come from the provider's schema, but a
 * plan may be forged, so they pass the nets too.
 */
export function differencesOf(
  {
    type,
    change,
  }: { readonly type: string; readonly change: Omit<ResourceChange["change"], "actions"> },
  concealer: Concealer,
): Difference[] {
  const [before, after] = [fields(change.before), fields(change.after)];
  const unknown = fields(change.after_unknown);
  const names = Object.keys({ ...before, ...after, ...unknown });
  const differ = names.filter((name) => {
    if (name === "id" || name === "custom_payload") return false;
    if (isMarked(own(unknown, name))) return true;
    // Most attributes stay as they are, and need no closer look.
    if (before[name] === after[name]) return false;
    const [then, now] = [before, after].map((side) => comparable(name, own(side, name)));
    return !sameValue(then, now);
  });
  return differ.sort().map((name): Difference => {
    const shown = (value: unknown, marks: unknown) =>
      concealer.shown(type, name, value, marksAt(marks, name));
    const then = own(before, name);
    const isUnread = change.importing != null && sameValue(then, null);
    const from = isUnread ? UNREAD_TEXT : shown(then, change.before_sensitive);
    const to = isMarked(own(unknown, name))
      ? UNKNOWN_TEXT
      : shown(own(after, name), change.after_sensitive);
    return {
      attribute: concealer.text(name),
      ...(from !== undefined && to !== undefined && { before: from, after: to }),
    };
  });
}

/** The provider takes the name of a target with and without a slash at its start for the same. */
const comparable = (name: string, value: unknown): unknown =>
  name === "target_name" && typeof value === "string" && value !== "" ? itemPath(value) : value;

/** Whether two values are the same for the provider. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const text = canonical(one);
  return text !== undefined && text === canonical(other);
}

/** Undefined for a value that nests too deep to be compared: it counts as changed. */
function canonical(value: unknown): string | undefined {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value) && value.length === 0) return "";
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The fields of an object; none of anything else. */
export const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** A field of an object that is its own. */
export const own = (value: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;

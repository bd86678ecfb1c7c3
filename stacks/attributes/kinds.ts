import { itemPath } from "../../common/item-path.ts";
/** The types that attributes have in the provider's schema, in Terraform's own spelling. */
export type ProviderType =
  | "string"
  | "number"
  | "bool"
  | "list(string)"
  | "set(string)"
  | "map(string)";

/**
 * How a declared and a live value of one attribute are brought to the same form. The API takes
 * strings where it answers numbers and booleans, and the Terraform provider has its own habits;
 * "not set" is `undefined` in every kind.
 */
export interface ValueKind<Type extends ProviderType = ProviderType> {
  /** How the provider takes it. */
  readonly type: Type;
  /** The comparable form; lists are sorted, because Akeyless documents no order. */
  canonical(value: unknown): string | undefined;
  /** What the API expects in a request. */
  wire(value: unknown): string | boolean | number | readonly string[] | Record<string, string>;
  /** The provider's spelling of a property's value. */
  declared(value: unknown): unknown;
  /** The property's value for a live one; undefined where there is nothing to declare. */
  property(live: unknown): unknown;
}

/** Any text; "" is not set. */
export const text: ValueKind<"string"> = {
  type: "string",
  canonical: (value) => (value === "" || value == null ? undefined : String(value)),
  wire: (value) => String(value ?? ""),
  declared: String,
  property: (live) => text.canonical(live),
};

/** A full path of an item or target; the leading slash may be left out. */
export const path: ValueKind<"string"> = {
  type: "string",
  canonical: (value) => {
    const name = text.canonical(value);
    return name === undefined ? undefined : itemPath(name);
  },
  wire: text.wire,
  declared: String,
  property: text.property,
};

/** "true" or "false" on the wire; false is not set. */
export const flagText: ValueKind<"string"> = {
  type: "string",
  canonical: (value) => (String(value) === "true" ? "true" : undefined),
  wire: (value) => (String(value) === "true" ? "true" : "false"),
  declared: String,
  property: (live) => (live == null || live === "" ? undefined : String(live) === "true"),
};

/** A boolean on the wire; false is not set. */
export const flag: ValueKind<"bool"> = {
  type: "bool",
  canonical: flagText.canonical,
  wire: (value) => String(value) === "true",
  declared: same,
  property: flagText.property,
};

/** A whole number that travels as text; "" is not set. */
export const numberText: ValueKind<"string"> = {
  type: "string",
  canonical: (value) => (value === "" || value == null ? undefined : String(Number(value))),
  wire: text.wire,
  declared: String,
  property: (live) => (live ? Number(live) : undefined),
};

/** A whole number. */
export const number: ValueKind<"number"> = {
  type: "number",
  canonical: numberText.canonical,
  wire: (value) => Number(value),
  declared: same,
  property: numberText.property,
};

/** A list of texts; empty is not set. */
export const list: ValueKind<"list(string)"> = {
  type: "list(string)",
  canonical: (value) =>
    Array.isArray(value) && value.length > 0 ? JSON.stringify(value.map(String).sort()) : undefined,
  wire: (value) => (Array.isArray(value) ? value.map(String) : []),
  declared: same,
  property: (live) => (Array.isArray(live) && live.length > 0 ? live.map(String) : undefined),
};

/** A list of texts whose order the provider ignores; empty is not set. */
export const set: ValueKind<"set(string)"> = { ...list, type: "set(string)" };

/** Names with text values; empty is not set. */
export const map: ValueKind<"map(string)"> = {
  type: "map(string)",
  canonical: (value) => {
    const entries = entriesOf(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.length > 0 ? JSON.stringify(Object.fromEntries(entries)) : undefined;
  },
  wire: (value) => Object.fromEntries(entriesOf(value)),
  declared: (value) => Object.fromEntries(entriesOf(value)),
  property: (live) => {
    const entries = entriesOf(live);
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  },
};

/**
 * Who authenticates towards the target: the target's credentials, or the user's. Which words an
 * item answers is not documented ("use-self-creds" was one), so only the side is told apart.
 */
export const credentialsMode: ValueKind<"string"> = {
  type: "string",
  canonical: (value) => {
    const given = text.canonical(value);
    if (given === undefined) return undefined;
    return /target/i.test(given) ? "use-target-creds" : "use-user-creds";
  },
  wire: text.wire,
  declared: String,
  property: (live) => credentialsMode.canonical(live),
};

/** Where the hosts of a session come from; `explicit`, the default, is not set. */
export const hostProvider: ValueKind<"string"> = {
  ...text,
  canonical: (value) => (value === "explicit" ? undefined : text.canonical(value)),
  wire: (value) => text.canonical(value) ?? "explicit",
};

/** Rotation after a session: "false" is not set, "true" means at once, a number means minutes. */
export const delay: ValueKind<"string"> = {
  type: "string",
  canonical: (value) => {
    const given = text.canonical(value);
    if (given === undefined || given === "false") return undefined;
    return given === "true" ? "0" : String(Number(given));
  },
  wire: (value) => text.canonical(value) ?? "false",
  declared: String,
  property: (live) => delay.canonical(live),
};

function entriesOf(value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([key, entry]) => [key, String(entry)]);
}

function same(value: unknown): unknown {
  return value;
}

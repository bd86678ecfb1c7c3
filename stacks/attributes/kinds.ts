/**
 * How a declared and a live value of one attribute are brought to the same form. The API takes
 * strings where it answers numbers and booleans, and the Terraform provider has its own habits;
 * "not set" is `undefined` in every kind.
 */
export interface ValueKind {
  /** The comparable form; lists are sorted, because Akeyless documents no order. */
  canonical(value: unknown): string | undefined;
  /** What the API expects in a request. */
  wire(value: unknown): string | boolean | number | readonly string[] | Record<string, string>;
}

/** Any text; "" is not set. */
export const text: ValueKind = {
  canonical: (value) => (value === "" || value == null ? undefined : String(value)),
  wire: (value) => String(value ?? ""),
};

/** A full path of an item or target; the leading slash may be left out. */
export const path: ValueKind = {
  canonical: (value) => text.canonical(value)?.replace(/^\/?/, "/"),
  wire: text.wire,
};

/** "true" or "false" on the wire; false is not set. */
export const flagText: ValueKind = {
  canonical: (value) => (String(value) === "true" ? "true" : undefined),
  wire: (value) => (String(value) === "true" ? "true" : "false"),
};

/** A boolean on the wire; false is not set. */
export const flag: ValueKind = {
  canonical: flagText.canonical,
  wire: (value) => String(value) === "true",
};

/** A whole number that travels as text; "" is not set. */
export const numberText: ValueKind = {
  canonical: (value) => (value === "" || value == null ? undefined : String(Number(value))),
  wire: text.wire,
};

/** A whole number. */
export const number: ValueKind = {
  canonical: numberText.canonical,
  wire: (value) => Number(value),
};

/** A list of texts; empty is not set. */
export const list: ValueKind = {
  canonical: (value) =>
    Array.isArray(value) && value.length > 0 ? JSON.stringify(value.map(String).sort()) : undefined,
  wire: (value) => (Array.isArray(value) ? value.map(String) : []),
};

/** Names with text values; empty is not set. */
export const map: ValueKind = {
  canonical: (value) => {
    const entries = entriesOf(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.length > 0 ? JSON.stringify(Object.fromEntries(entries)) : undefined;
  },
  wire: (value) => Object.fromEntries(entriesOf(value)),
};

/**
 * Who authenticates towards the target: the target's credentials, or the user's. Which words an
 * item answers is not documented ("use-self-creds" was one), so only the side is told apart.
 */
export const credentialsMode: ValueKind = {
  canonical: (value) => {
    const given = text.canonical(value);
    if (given === undefined) return undefined;
    return /target/i.test(given) ? "use-target-creds" : "use-user-creds";
  },
  wire: text.wire,
};

/** Rotation after a session: "false" is not set, "true" means at once, a number means minutes. */
export const delay: ValueKind = {
  canonical: (value) => {
    const given = text.canonical(value);
    if (given === undefined || given === "false") return undefined;
    return given === "true" ? "0" : String(Number(given));
  },
  wire: (value) => text.canonical(value) ?? "false",
};

function entriesOf(value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([key, entry]) => [key, String(entry)]);
}

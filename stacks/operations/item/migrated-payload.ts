import { KitError } from "../../../common/errors/kit-error.ts";
import { readJson, writeJson } from "../../../common/json.ts";

/** What the payload of another rotator becomes. */
export interface MigrationOptions {
  /** The system, as rotator.yaml names it. */
  readonly system: string;
  /** Field with the user name, or its path as a JSON pointer (`/account/name`). */
  readonly usernameField?: string;
  /** The user name, where the payload has none. */
  readonly username?: string;
  /** Field with the password that is valid now, or its path as a JSON pointer. */
  readonly passwordField?: string;
}

/** Where a field of the new payload comes from. Names alone, no values. */
export interface FieldMove {
  readonly field: string;
  /** Field of the old payload; null: it is new, or it goes. */
  readonly from: string | null;
  readonly outcome: "new" | "moved" | "kept" | "dropped";
}

/** Names under which other rotators keep the two, the likeliest first. */
const USERNAMES = ["username", "user", "user_name", "login", "account"];
const PASSWORDS = ["password", "current_password", "pass", "passwd", "secret", "token"];

/**
 * The payload of another rotator as ours takes it: `system`, `username` and the password under the
 * field where it was, if ours reads that one, else under `password`. Everything else stays.
 *
 * @throws KitError `migration_refused` where user name or password cannot be told from other fields
 */
export function migratedPayload(
  name: string,
  stored: string,
  options: MigrationOptions,
): { payload: string; fields: FieldMove[] } {
  const refuse = (why: string) => new KitError("migration_refused", { name, why });
  const old = objectOf(stored);
  if (old === undefined) throw refuse("the payload is not a JSON object");
  const user = options.username
    ? undefined
    : fieldOf(old, options.usernameField, USERNAMES, "--username-field", refuse);
  const pass = fieldOf(old, options.passwordField, PASSWORDS, "--password-field", refuse);
  const place = pass === "current_password" ? pass : "password";
  // What is kept holds neither of the two a second time: a copy would grow old with the first rotation.
  const used = user === undefined ? [pass] : [user, pass];
  const { _rotation, system, username, password, current_password, ...rest } = used.reduce(
    (kept, field) => without(kept, pathOf(field)),
    old,
  );
  const next = {
    system: options.system,
    username: user === undefined ? options.username : valueAt(old, user),
    [place]: valueAt(old, pass),
    ...rest,
  };
  const moved = (field: string, from: string | undefined): FieldMove =>
    from === undefined
      ? { field, from: null, outcome: "new" }
      : { field, from, outcome: from === field ? "kept" : "moved" };
  const dropped = Object.keys(old).filter(
    (field) => !(field in next) && field !== user && field !== pass,
  );
  return {
    payload: writeJson(next),
    fields: [
      moved("system", old.system === options.system ? "system" : undefined),
      moved("username", user),
      moved(place, pass),
      ...Object.keys(rest).map((field) => moved(field, field)),
      ...dropped.map((field): FieldMove => ({ field, from: null, outcome: "dropped" })),
    ],
  };
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value = readJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The field that is meant: the named one, or the only one with a usual name. */
function fieldOf(
  payload: Record<string, unknown>,
  named: string | undefined,
  usual: readonly string[],
  flag: string,
  refuse: (why: string) => KitError,
): string {
  const found = named === undefined ? usual.filter((field) => valueAt(payload, field)) : [named];
  const [field, ...others] = found;
  if (field === undefined)
    throw refuse(`none of ${usual.join(", ")} is there; name the field with ${flag}`);
  if (others.length > 0) throw refuse(`${found.join(" and ")} are there; name one with ${flag}`);
  if (valueAt(payload, field) === undefined) throw refuse(`${field} holds no text`);
  return field;
}

/** The names on the way to a field, or to what a JSON pointer names. */
const pathOf = (field: string): string[] =>
  field.startsWith("/")
    ? field
        .slice(1)
        .split("/")
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    : [field];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The text at a field or JSON pointer; nothing where there is none. */
function valueAt(payload: Record<string, unknown>, field: string): string | undefined {
  const value = pathOf(field).reduce<unknown>(
    (part, name) => (isObject(part) && Object.hasOwn(part, name) ? part[name] : undefined),
    payload,
  );
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The object without what a path leads to. */
function without(
  payload: Record<string, unknown>,
  [name = "", ...further]: readonly string[],
): Record<string, unknown> {
  const { [name]: part, ...others } = payload;
  return further.length > 0 && isObject(part)
    ? { ...others, [name]: without(part, further) }
    : others;
}

import type {
  PasswordPolicy,
  RotationSchedule,
  SecureRemoteAccess,
} from "../../constructs/index.ts";

/** A value together with the TypeScript that makes it. */
export interface Expression<Value = unknown> {
  readonly code: string;
  readonly value: Value;
  /** Names that the code takes from the kit. */
  readonly uses: readonly string[];
}

/** The properties of an imported secret that are more than plain data. */
export interface ValueTypes {
  readonly schedule: Expression<RotationSchedule>;
  readonly passwordPolicy?: Expression<PasswordPolicy>;
  readonly secureRemoteAccess?: Expression<SecureRemoteAccess>;
}

/** Plain data as it is written in the code. JSON is valid TypeScript and escapes what must be. */
export function literal<Value>(value: Value): Expression<Value> {
  return { code: JSON.stringify(value), value, uses: [] };
}

/** An object literal of the entries that are set. */
export function object(entries: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(entries)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return lines.length === 0 ? "{}" : `{ ${lines.join(", ")} }`;
}

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

/**
 * Plain data as it is written in the code. JSON is valid TypeScript and escapes what must be, but
 * for the beginnings of Terraform's templates.
 */
export function inCode(value: unknown): string {
  return literal(JSON.stringify(value));
}

/** A text as Terraform takes it literally: the beginnings of its templates are doubled. */
export function literal(text: string): string {
  return text.replace(/([$%])(?=\{)/g, "$1$1");
}

/** An object literal of the entries that are set. */
export function object(entries: object): string {
  const lines = Object.entries(entries)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${inCode(value)}`);
  return lines.length === 0 ? "{}" : `{ ${lines.join(", ")} }`;
}

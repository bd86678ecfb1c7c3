import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { KitError } from "../../common/errors/kit-error.ts";
import type { DECLARATION_ERRORS } from "../../common/errors/stacks-errors.ts";

/** A code of a declaration that cannot be right. */
export type DeclarationErrorCode = keyof typeof DECLARATION_ERRORS;

/**
 * A declaration that cannot be right. The message says what is wrong, the value given and what is
 * allowed; it never holds a secret.
 */
export class DeclarationError extends KitError<DeclarationErrorCode> {
  declare readonly code: DeclarationErrorCode;

  constructor(code: DeclarationErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, { problem: message }, options);
  }

  /** The same error with the construct named to which it belongs. */
  in(construct: IConstruct): DeclarationError {
    return new DeclarationError(this.code, `${construct.node.path}: ${this.message}`, {
      cause: this,
    });
  }
}

/** Runs a check of a value and, if it fails, names the construct that was given the value. */
export function checkedFor<T>(construct: IConstruct, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof DeclarationError ? error.in(construct) : error;
  }
}

/** Whether the value is known only to Terraform, so that nothing can be said about it here. */
export const isUnknown = (value: unknown): boolean => Token.isUnresolved(value);

/** A value as it appears in a message: quoted, on one line, and of bounded length. */
export function shownValue(value: unknown): string {
  if (isUnknown(value)) return "a reference";
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Refuses a reference in the place of an object whose parts decide what is synthesized. */
export function refuseReferences(objects: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(objects)) {
    if (!isUnknown(value)) continue;
    throw new DeclarationError(
      "invalid_declaration",
      `${name} is a reference as a whole, but decides what is synthesized: give references for its parts`,
    );
  }
}

/** Refuses what is not among the allowed values; a reference is not: it would be known too late. */
export function validateChoices(
  given: Readonly<object>,
  choices: Readonly<Record<string, readonly (string | boolean)[]>>,
): void {
  const values = new Map<string, unknown>(Object.entries(given));
  for (const [name, allowed] of Object.entries(choices)) {
    const value = values.get(name);
    if (value === undefined || allowed.some((choice) => choice === value)) continue;
    const why = isUnknown(value) ? ", but decides what is synthesized" : "";
    throw new DeclarationError(
      "invalid_declaration",
      `${name} is ${shownValue(value)}${why}; allowed are ${allowed.join(", ").replace(/, ([^,]*)$/, " and $1")}`,
    );
  }
}

/** Refuses counts that are not whole numbers from 1 on; what is unset or unknown passes. */
export function validateCounts(counts: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value === undefined || isUnknown(value)) continue;
    if (Number.isInteger(value) && value >= 1) continue;
    throw new DeclarationError(
      "invalid_declaration",
      `${name} is ${shownValue(value)}; allowed are whole numbers of at least 1`,
    );
  }
}

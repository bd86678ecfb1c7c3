import { isCredential, namesCredential } from "../../common/credential.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { parsePayload } from "../../rotator/rotation/parse-payload.ts";
import { usersOf } from "../../rotator/rotation/strategies/alternating.ts";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";
import { refuseExpressions, textOf } from "./expressions.ts";
import { SensitiveInput } from "./sensitive-input.ts";

/** Fields that have a property of their own, or belong to the rotator. */
const RESERVED = new Set(
  "system username current_password password policy former_policies rotation_interval_s users active key_id key_name _rotation __proto__".split(
    " ",
  ),
);

/** Further fields of a payload for the kit's own rotator. */
export function validateFields(fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields)) {
    refuseReserved(name);
    validateForeign(name, value);
  }
}

function refuseReserved(name: string): void {
  if (!RESERVED.has(name)) return;
  throw new DeclarationError(
    "invalid_declaration",
    `the payload field ${shownValue(name)} is reserved: use the property for it, and leave _rotation to the rotator`,
  );
}

/** Refuses what JSON cannot hold, what Terraform would evaluate, and credentials in clear. */
export function validateForeign(name: string, value: unknown): void {
  refuseExpressions(() => "the name of a payload field", name);
  if (typeof value === "number" && !isUnknown(value) && !Number.isFinite(value)) {
    throw new DeclarationError(
      "invalid_declaration",
      `the payload field ${shownValue(name)} is ${value}, which JSON cannot hold`,
    );
  }
  if (typeof value === "string") {
    refuseExpressions(() => `the payload field ${shownValue(name)}`, value);
    if (!isUnknown(value) && value !== "" && (namesCredential(name) || isCredential(value))) {
      throw new DeclarationError(
        "invalid_declaration",
        `the payload field ${shownValue(name)} looks like a credential but is given as plain text: give it as SensitiveInput.fromEnvironment("TF_VAR_...")`,
      );
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (SensitiveInput.isSensitiveInput(value) || isUnknown(value)) return;
  for (const [inner, entry] of Object.entries(value)) {
    if (inner === "$env") {
      throw new DeclarationError(
        "invalid_declaration",
        'a payload field is named "$env", by which the kit refers to environment variables: choose another name',
      );
    }
    validateForeign(Array.isArray(value) ? name : inner, entry);
  }
}

/** Fields that are texts, whatever Terraform will put there. */
const TEXTS = new Set("system username password current_password key_id key_name".split(" "));

/** A value without what only Terraform knows; where the rotator needs a text, its reference is one. */
function knownPart(value: unknown, field = ""): unknown {
  if (isUnknown(value)) return TEXTS.has(field) ? textOf(value) : undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => knownPart(entry));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, knownPart(entry, name)]),
  );
}

/** Lets the rotator's own parser judge what is known. */
export function validatePayload(document: unknown): void {
  const text = JSON.stringify(knownPart(document));
  try {
    const payload = parsePayload(text);
    if (payload.fields.users) usersOf(payload);
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    throw new DeclarationError(
      "invalid_declaration",
      `the rotator would refuse this payload. ${error.message}`,
      { cause: error },
    );
  }
  for (const [name, value] of Object.entries(document as object)) {
    refuseExpressions(() => `the payload field ${shownValue(name)}`, value);
  }
}

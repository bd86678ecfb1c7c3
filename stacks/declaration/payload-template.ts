import * as z from "zod";
import type { EnvironmentVariables } from "../../common/environment-variables.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { ExactNumber, writeJson } from "../../common/json.ts";
import { parseJson } from "./parse-json.ts";

const reference = z.strictObject({ $env: z.string().min(1) });

/** Fields in which a password travels: nobody sees white space at its ends. */
const PASSWORD_FIELD = /^(current_)?password$/;

/**
 * The bootstrap payload: ROTATION_KIT_PAYLOAD as it is, else ROTATION_KIT_PAYLOAD_TEMPLATE with its
 * references to environment variables filled in at every depth, else undefined. A template that is a
 * text, or one reference, is the payload as a whole.
 *
 * @throws KitError `payload_missing` where a variable is not set, `declaration_invalid` where the
 * template is not JSON, a reference in it is not one, or a password has unseen characters; neither
 * shows a value.
 */
export function readBootstrapPayload(environment: EnvironmentVariables): string | undefined {
  const { ROTATION_KIT_PAYLOAD: payload, ROTATION_KIT_PAYLOAD_TEMPLATE: template } = environment;
  if (payload || !template) return payload || undefined;
  const value = filled(readTemplate(template), "payload", environment);
  return typeof value === "string" ? value : writeJson(value);
}

/**
 * The template of a payload, its references not yet filled in.
 * @throws KitError `declaration_invalid`
 */
export function readTemplate(template: string): unknown {
  return parseJson(z.unknown(), template, "ROTATION_KIT_PAYLOAD_TEMPLATE");
}

/** Whether a part of a template is secret: an environment variable, or known to Terraform only. */
export const isReference = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("$env" in value || "$secret" in value);

function filled(value: unknown, field: string, environment: EnvironmentVariables): unknown {
  if (typeof value !== "object" || value === null || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map((entry) => filled(entry, field, environment));
  if ("$secret" in value) throw new KitError("payload_missing.terraform", { field });
  if (isReference(value)) {
    const named = reference.safeParse(value);
    if (!named.success) {
      throw new KitError("declaration_invalid.reference", { field });
    }
    return variable(named.data.$env, field, environment);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, filled(entry, name, environment)]),
  );
}

function variable(name: string, field: string, environment: EnvironmentVariables): string {
  const value = environment[name];
  if (!value) throw new KitError("payload_missing.variable", { field, variable: name });
  if (PASSWORD_FIELD.test(field) && /^\s|\s$|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value)) {
    throw new KitError("declaration_invalid.unseen", { field, variable: name });
  }
  return value;
}

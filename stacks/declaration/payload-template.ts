import * as z from "zod";
import { KitError } from "../../common/errors/kit-error.ts";
import { writeJson } from "../../common/json.ts";
import type { Environment } from "../gateway/connection.ts";
import { parseJson } from "./parse-json.ts";

const reference = z.strictObject({ $env: z.string().min(1) });
const templateSchema = z.record(z.string(), z.union([reference, z.unknown()]));

/**
 * The bootstrap payload: ROTATION_KIT_PAYLOAD as it is, else ROTATION_KIT_PAYLOAD_TEMPLATE with its
 * references to environment variables filled in, else undefined.
 *
 * @throws KitError `payload_missing` where a variable is not set, `declaration_invalid`
 * where the template is not a JSON object; neither shows a value.
 */
export function readPayload(environment: Environment): string | undefined {
  const { ROTATION_KIT_PAYLOAD: payload, ROTATION_KIT_PAYLOAD_TEMPLATE: template } = environment;
  if (payload || !template) return payload || undefined;
  const fields = parseJson(templateSchema, template, "ROTATION_KIT_PAYLOAD_TEMPLATE");
  return writeJson(
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => {
        const named = reference.safeParse(value).data?.$env;
        return [name, named === undefined ? value : variable(named, name, environment)];
      }),
    ),
  );
}

function variable(name: string, field: string, environment: Environment): string {
  const value = environment[name];
  if (value) return value;
  throw new KitError("payload_missing.variable", { field, variable: name });
}

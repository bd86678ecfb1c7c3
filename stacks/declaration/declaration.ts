import * as z from "zod";
import { SECRET_ATTRIBUTES, TARGET_ATTRIBUTES } from "../attributes/attributes.ts";
import { PAYLOAD_VERSION } from "../attributes/payload-marker.ts";

const value = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number()])),
  z.record(z.string(), z.string()),
]);

/** Settings by the names of a table of attributes; an unknown name is refused. */
function settingsOf(attributes: readonly { readonly name: string }[]) {
  const names = new Set(attributes.map(({ name }) => name));
  return z.record(z.string(), value.nullish()).superRefine((settings, context) => {
    for (const name of Object.keys(settings).filter((key) => !names.has(key))) {
      context.addIssue({ code: "custom", message: `unknown setting "${name}"` });
    }
  });
}

/**
 * Settings of a secret by the provider's attribute names (and `lock_during_sra_session`, which the
 * provider lacks). There is no place in it for a payload.
 */
export const settingsSchema = settingsOf(SECRET_ATTRIBUTES);

const name = z.string().regex(/^\/?[^/\s].*$/, "a path such as /prod/reporting-app");

/** A custom rotated secret as declared, without its payload. */
const secretDeclarationSchema = z.strictObject({
  kind: z.literal("secret"),
  name,
  settings: settingsSchema,
  /**
   * Which bootstrap payload the item shall have got. A version that the item never got means: send
   * the payload once more, over whatever is stored. Left out, and for a version that it got before,
   * nothing is sent.
   */
  payload_version: z
    .string()
    .regex(PAYLOAD_VERSION, "1 to 32 letters, digits, dots, underscores or hyphens")
    .optional(),
  /**
   * `all`: the item is created when it is missing, and a setting that is not listed is switched
   * off. `listed`: only listed settings are touched, and the item must exist.
   */
  scope: z.enum(["all", "listed"]).default("all"),
});

/** A Web Target as declared. */
const targetDeclarationSchema = z.strictObject({
  kind: z.literal("target"),
  name,
  settings: settingsOf(TARGET_ATTRIBUTES),
});

/** What an item or a Web Target shall be. Holds no secret. */
export const declarationSchema = z.discriminatedUnion("kind", [
  secretDeclarationSchema,
  targetDeclarationSchema,
]);

/** A custom rotated secret as declared, without its payload. */
export type DeclaredSecret = z.output<typeof secretDeclarationSchema>;

/** A Web Target as declared. */
export type TargetDeclaration = z.output<typeof targetDeclarationSchema>;

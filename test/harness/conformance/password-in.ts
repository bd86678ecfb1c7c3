import * as z from "zod";

const passwordSchema = z.union([
  z.object({ current_password: z.string() }).transform((fields) => fields.current_password),
  z.object({ password: z.string() }).transform((fields) => fields.password),
]);

/** The password that a payload names, by the names that are usual. */
export function passwordIn(payload: string): string | undefined {
  return passwordSchema.safeParse(parsedPayload(payload)).data;
}

/** A payload as JSON; undefined for any other text. */
export function parsedPayload(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

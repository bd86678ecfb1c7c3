import * as z from "zod";

/**
 * Request fields as Akeyless takes them: the SDKs send strings, numbers and booleans for one and
 * the same field (the Go provider sends `""` for what is not set, the JavaScript SDK sends booleans
 * unchanged), so every kind accepts all three.
 */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** The whole number that a decimal text names. */
function toWhole(value: string): number | undefined {
  const number = /^\s*-?\d+\s*$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A string that has to be there. */
export const required = scalar.pipe(z.string().min(1));

/** A string that may be missing; `""` stays `""`, what it means is decided per operation. */
export const textField = scalar.optional();

/** "true" or "false"; `""` counts as not given. */
export const flagField = scalar
  .transform((value, context) => {
    const word = value.trim().toLowerCase();
    if (word === "") return undefined;
    if (word === "true" || word === "false") return word === "true";
    context.addIssue({ code: "custom", message: `"${value}" is neither true nor false` });
    return z.NEVER;
  })
  .optional();

/** A whole number, also as a string; `""` counts as not given. */
export const wholeNumber = scalar
  .transform((value, context) => {
    if (value.trim() === "") return undefined;
    const number = toWhole(value);
    if (number !== undefined) return number;
    context.addIssue({ code: "custom", message: `"${value}" is not a whole number` });
    return z.NEVER;
  })
  .optional();

/** A whole number of 1 or more. */
export const positiveNumber = wholeNumber.pipe(z.int().positive("it must be 1 or more").optional());

/** A list of strings; a single one represents a list of one. */
export const listField = z
  .union([z.array(scalar), scalar.transform((value) => (value === "" ? [] : [value]))])
  .optional();

/** Rules for AI agents: each `name=NAME,rule=RULE` (provider 2.0.5). */
export const rulesField = listField
  .transform((values, context) =>
    values?.map((value) => {
      const [, name, rule] = /^name=([^,]*),rule=(.*)$/s.exec(value) ?? [];
      if (name !== undefined && rule !== undefined) return { name, rule };
      context.addIssue({ code: "custom", message: "it is not name=NAME,rule=RULE" });
      return z.NEVER;
    }),
  )
  .optional();

/** A list of whole numbers. */
export const numbers = listField
  .transform((values, context) =>
    values?.map((value) => {
      const number = toWhole(value);
      if (number !== undefined && number >= 0) return number;
      context.addIssue({ code: "custom", message: `"${value}" is not a whole number` });
      return z.NEVER;
    }),
  )
  .optional();

/** A map of strings. */
export const mapField = z.record(z.string(), scalar).optional();

/** When to rotate after a Secure Remote Access session. */
export type DisconnectSetting = { readonly rotate: boolean; readonly delayMinutes: number };

/** `false`; `true` or `0`: at once; N: after N minutes (CLI reference). */
export const rotateAfterDisconnect = scalar
  .transform((value, context): DisconnectSetting | undefined => {
    const word = value.trim().toLowerCase();
    if (word === "") return undefined;
    if (word === "false") return { rotate: false, delayMinutes: 0 };
    if (word === "true") return { rotate: true, delayMinutes: 0 };
    const minutes = toWhole(word);
    if (minutes !== undefined && minutes >= 0) return { rotate: true, delayMinutes: minutes };
    context.addIssue({ code: "custom", message: `"${value}" is not false, true or minutes` });
    return z.NEVER;
  })
  .optional();

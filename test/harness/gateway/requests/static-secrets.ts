import * as z from "zod";
import { flag, list, required, text, wholeNumber } from "../wire.ts";

/** /create-secret; of the types only generic values are emulated. */
export const createSecretSchema = z.object({
  name: required,
  value: text,
  description: text,
  metadata: text,
  type: text.refine((type) => !type || type === "generic", "only the type generic is emulated"),
  format: text.refine((format) => !format || format === "text", "only the format text is emulated"),
  delete_protection: flag,
});

/** /get-secret-value */
export const getSecretValueSchema = z.object({
  names: list.pipe(z.array(z.string().min(1)).min(1)),
  version: wholeNumber.refine(
    (version) => version === undefined || version === 0,
    "only the current version is kept",
  ),
  "pretty-print": flag,
  "ignore-cache": text,
});

/** /update-secret-val */
export const updateSecretValueSchema = z.object({ name: required, value: text });

import * as z from "zod";
import { flagField, listField, required, textField, wholeNumber } from "../wire.ts";

/** /create-secret; of the types only generic values are emulated. */
export const createSecretSchema = z.object({
  name: required,
  value: textField,
  description: textField,
  metadata: textField,
  type: textField.refine(
    (type) => !type || type === "generic",
    "only the type generic is emulated",
  ),
  format: textField.refine(
    (format) => !format || format === "text",
    "only the format text is emulated",
  ),
  delete_protection: flagField,
});

/** /get-secret-value */
export const getSecretValueSchema = z.object({
  names: listField.pipe(z.array(z.string().min(1)).min(1)),
  version: wholeNumber.refine(
    (version) => version === undefined || version === 0,
    "only the current version is kept",
  ),
  "pretty-print": flagField,
  "ignore-cache": textField,
});

/** /update-secret-val */
export const updateSecretValueSchema = z.object({ name: required, value: textField });

import * as z from "zod";
import { flagField, listField, required, textField, wholeNumber } from "../wire.ts";

const format = textField.refine(
  (given) => !given || given === "text",
  "only the format text is emulated",
);

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
  format,
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
export const updateSecretValueSchema = z.object({ name: required, value: textField, format });

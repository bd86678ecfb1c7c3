import * as z from "zod";
import { flagField, listField, positiveNumber, required, textField, wholeNumber } from "../wire.ts";

/** /target-create-web; `comment` is the deprecated word for the description. */
export const createWebTargetSchema = z.object({
  name: required,
  url: textField,
  key: textField,
  description: textField,
  comment: textField,
  "max-versions": positiveNumber,
  delete_protection: flagField,
  // Kept without effect: no answer of the API shows them.
  "lock-on-read": flagField,
  "lock-ttl": positiveNumber,
  "rotate-on-unlock": flagField,
});

/** /target-update-web */
export const updateWebTargetSchema = createWebTargetSchema.extend({
  "new-name": textField,
  "keep-prev-version": flagField,
});

/** /update-web-target-details, deprecated: the address alone. */
export const updateWebTargetDetailsSchema = z.object({
  name: required,
  url: textField,
  protection_key: textField,
  "keep-prev-version": flagField,
  "new-version": flagField,
});

/** /target-get and /target-get-details */
export const getTargetSchema = z.object({
  name: required,
  "show-versions": flagField,
  "target-version": wholeNumber,
});

/** /target-delete */
export const deleteTargetSchema = z.object({ name: required, "force-deletion": flagField });

/** /target-list */
export const listTargetsSchema = z.object({
  filter: textField,
  type: listField,
  "pagination-token": textField,
});

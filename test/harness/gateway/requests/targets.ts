import * as z from "zod";
import { flag, list, positiveNumber, required, text, wholeNumber } from "../wire.ts";

/** /target-create-web; `comment` is the deprecated word for the description. */
export const createWebTargetSchema = z.object({
  name: required,
  url: text,
  key: text,
  description: text,
  comment: text,
  "max-versions": positiveNumber,
  delete_protection: flag,
});

/** /target-update-web */
export const updateWebTargetSchema = createWebTargetSchema.extend({
  "new-name": text,
  "keep-prev-version": flag,
});

/** /target-get and /target-get-details */
export const getTargetSchema = z.object({
  name: required,
  "show-versions": flag,
  "target-version": wholeNumber,
});

/** /target-delete */
export const deleteTargetSchema = z.object({ name: required, "force-deletion": flag });

/** /target-list */
export const listTargetsSchema = z.object({
  filter: text,
  type: list,
  "pagination-token": text,
});

import * as z from "zod";
import { flag, list, positiveNumber, required, text, wholeNumber } from "../wire.ts";
import { remoteAccessFields } from "./secret-settings.ts";

/** /describe-item */
export const describeItemSchema = z.object({
  name: required,
  "show-versions": flag,
  "item-custom-fields-details": flag,
});

/** /delete-item */
export const deleteItemSchema = z.object({ name: required, version: wholeNumber });

/** /get-tags */
export const getTagsSchema = z.object({ name: required });

/** /set-item-state */
export const setItemStateSchema = z.object({
  name: required,
  "desired-state": z.enum(["Enabled", "Disabled"]),
});

/** /update-item */
export const updateItemSchema = z.object({
  ...remoteAccessFields,
  name: required,
  "new-name": text,
  "new-metadata": text,
  description: text,
  "add-tag": list,
  "rm-tag": list,
  delete_protection: flag,
  "max-versions": positiveNumber,
  "secure-access-add-host": list,
  "secure-access-rm-host": list,
});

/** /list-items */
export const listItemsSchema = z.object({
  path: text,
  filter: text,
  type: list,
  "sub-types": list,
  tag: text,
  "current-folder": flag,
  "sra-only": flag,
  "modified-after": wholeNumber,
  "auto-pagination": text,
  "pagination-token": text,
});

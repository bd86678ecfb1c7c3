import * as z from "zod";
import { flagField, listField, positiveNumber, required, textField, wholeNumber } from "../wire.ts";
import { remoteAccessFields } from "./secret-settings.ts";

/** /describe-item */
export const describeItemSchema = z.object({
  name: required,
  "show-versions": flagField,
  "item-custom-fields-details": flagField,
});

/** /delete-item */
export const deleteItemSchema = z.object({ name: required, version: wholeNumber });

/** /delete-items */
export const deleteItemsSchema = z.object({ path: required });

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
  "new-name": textField,
  "new-metadata": textField,
  description: textField,
  "add-tag": listField,
  "rm-tag": listField,
  delete_protection: flagField,
  "max-versions": positiveNumber,
  "secure-access-add-host": listField,
  "secure-access-rm-host": listField,
});

/** /list-items */
export const listItemsSchema = z.object({
  path: textField,
  filter: textField,
  type: listField,
  "sub-types": listField,
  tag: textField,
  "current-folder": flagField,
  "sra-only": flagField,
  "modified-after": wholeNumber,
  "auto-pagination": textField,
  "pagination-token": textField,
});

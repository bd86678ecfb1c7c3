import * as z from "zod";
import { flagField, listField, positiveNumber, required, textField, wholeNumber } from "../wire.ts";
import { settingFields } from "./secret-settings.ts";

/** /rotated-secret-create-custom */
export const createCustomSchema = z.object({
  ...settingFields,
  name: required,
  "target-name": required,
  tags: listField,
});

/** /rotated-secret-update-custom: no `tags`, and no `target-name`. */
export const updateCustomSchema = z.object({
  ...settingFields,
  name: required,
  "new-name": textField,
  "add-tag": listField,
  "rm-tag": listField,
  "keep-prev-version": flagField,
});

/** /create-rotated-secret, deprecated: one endpoint for every type, of which custom is emulated. */
export const createLegacySchema = createCustomSchema.extend({
  "rotator-type": required.pipe(z.literal("custom", "only the type custom is emulated")),
  "rotator-creds-type": textField,
  metadata: textField,
});

/** /update-rotated-secret, deprecated. */
export const updateLegacySchema = updateCustomSchema.extend({
  "rotator-creds-type": textField,
  "new-metadata": textField,
});

/** /gateway-rotate-secret */
export const rotateSchema = z.object({ name: required });

/** /rotated-secret-get-value */
export const getValueSchema = z.object({ name: required, version: wholeNumber });

/** /get-rotated-secret-value: `names` holds a single name. */
export const getValueByNamesSchema = z.object({ names: required, version: wholeNumber });

/** /rotated-secret-delete; nothing of a custom secret is at a third party, so force changes nothing. */
export const deleteSecretSchema = z.object({
  name: required,
  version: wholeNumber,
  "force-delete": flagField,
});

/** /rollback-secret */
export const rollbackSchema = z.object({
  name: required,
  "old-version": positiveNumber.pipe(z.int()),
});

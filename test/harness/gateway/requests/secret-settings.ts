import * as z from "zod";
import { storedFields } from "../stored-settings.ts";
import {
  flagField,
  listField,
  mapField,
  numbers,
  positiveNumber,
  rotateAfterDisconnect,
  textField,
  wholeNumber,
} from "../wire.ts";

/** The Secure Remote Access fields that create, update and update-item share. */
export const remoteAccessFields = {
  "secure-access-enable": flagField,
  "secure-access-host": listField,
  "secure-access-url": textField,
  "secure-access-web": flagField,
  "secure-access-web-browsing": flagField,
  "secure-access-web-proxy": flagField,
  "secure-access-certificate-issuer": textField,
  /** Deprecated name of the certificate issuer. */
  "secure-access-bastion-issuer": textField,
  "secure-access-ssh-user": textField,
  "secure-access-rdp-domain": textField,
  "secure-access-rdp-user": textField,
  "secure-access-allow-external-user": flagField,
  "rotate-after-disconnect": rotateAfterDisconnect,
  "lock-during-sra-session": flagField,
};

/** API, CLI and documentation use the first two; the third is an older word for the first. */
const CREDENTIALS = ["use-user-creds", "use-target-creds", "use-self-creds"];

/** The settings of a custom rotated secret that create and update share. */
export const settingFields = {
  ...remoteAccessFields,
  "authentication-credentials": textField.refine(
    (word) => !word || CREDENTIALS.includes(word),
    `it is none of ${CREDENTIALS.join(", ")}`,
  ),
  "auto-rotate": flagField,
  "rotation-interval": positiveNumber,
  "rotation-hour": wholeNumber.pipe(z.int().min(0).max(23, "must be 0 to 23").optional()),
  "rotation-event-in": numbers,
  "custom-payload": textField,
  "timeout-sec": positiveNumber,
  "password-length": positiveNumber,
  "enable-password-policy": flagField,
  "use-capital-letters": flagField,
  "use-lower-letters": flagField,
  "use-numbers": flagField,
  "use-special-characters": flagField,
  key: textField,
  description: textField,
  delete_protection: flagField,
  ...storedFields,
  "max-versions": positiveNumber,
  "item-custom-fields": mapField,
};

const settingsSchema = z.object(settingFields);
const remoteAccessSchema = z.object(remoteAccessFields);

/** Parsed settings of a create or update. */
export type SettingsRequest = z.output<typeof settingsSchema>;

/** Parsed Secure Remote Access settings. */
export type RemoteAccessRequest = z.output<typeof remoteAccessSchema>;

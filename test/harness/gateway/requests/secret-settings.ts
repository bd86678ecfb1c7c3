import * as z from "zod";
import { storedFields } from "../stored-settings.ts";
import {
  flag,
  list,
  map,
  numbers,
  positiveNumber,
  rotateAfterDisconnect,
  text,
  wholeNumber,
} from "../wire.ts";

/** The Secure Remote Access fields that create, update and update-item share. */
export const remoteAccessFields = {
  "secure-access-enable": flag,
  "secure-access-host": list,
  "secure-access-url": text,
  "secure-access-web": flag,
  "secure-access-web-browsing": flag,
  "secure-access-web-proxy": flag,
  "secure-access-certificate-issuer": text,
  /** Deprecated name of the certificate issuer. */
  "secure-access-bastion-issuer": text,
  "secure-access-ssh-user": text,
  "secure-access-rdp-domain": text,
  "secure-access-rdp-user": text,
  "secure-access-allow-external-user": flag,
  "rotate-after-disconnect": rotateAfterDisconnect,
  "lock-during-sra-session": flag,
};

/** API, CLI and documentation use the first two; the third is an older word for the first. */
const CREDENTIALS = ["use-user-creds", "use-target-creds", "use-self-creds"];

/** The settings of a custom rotated secret that create and update share. */
export const settingFields = {
  ...remoteAccessFields,
  "authentication-credentials": text.refine(
    (word) => !word || CREDENTIALS.includes(word),
    `it is none of ${CREDENTIALS.join(", ")}`,
  ),
  "auto-rotate": flag,
  "rotation-interval": positiveNumber,
  "rotation-hour": wholeNumber.pipe(z.int().min(0).max(23, "must be 0 to 23").optional()),
  "rotation-event-in": numbers,
  "custom-payload": text,
  "timeout-sec": positiveNumber,
  "password-length": positiveNumber,
  "enable-password-policy": flag,
  "use-capital-letters": flag,
  "use-lower-letters": flag,
  "use-numbers": flag,
  "use-special-characters": flag,
  key: text,
  description: text,
  delete_protection: flag,
  ...storedFields,
  "max-versions": positiveNumber,
  "item-custom-fields": map,
};

const settingsSchema = z.object(settingFields);
const remoteAccessSchema = z.object(remoteAccessFields);

/** Parsed settings of a create or update. */
export type SettingsRequest = z.output<typeof settingsSchema>;

/** Parsed Secure Remote Access settings. */
export type RemoteAccessRequest = z.output<typeof remoteAccessSchema>;

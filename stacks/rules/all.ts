import { secretDestroyed } from "./domain/akr001-secret-destroyed.ts";
import { secretReplaced } from "./domain/akr002-secret-replaced.ts";
import { secretForgotten } from "./domain/akr003-secret-forgotten.ts";
import { autoRotateOff } from "./domain/akr010-auto-rotate-off.ts";
import { intervalTooLong } from "./domain/akr011-interval-too-long.ts";
import { intervalTooShort } from "./domain/akr012-interval-too-short.ts";
import { rotationHour } from "./domain/akr013-rotation-hour.ts";
import { checkLeftOut } from "./domain/akr014-check-left-out.ts";
import { credentialInClear } from "./domain/akr020-credential-in-clear.ts";
import { stalePayload } from "./domain/akr021-stale-payload.ts";
import { payloadShape } from "./domain/akr022-payload-shape.ts";
import { payloadNotSensitive } from "./domain/akr023-payload-not-sensitive.ts";
import { sharedAccount } from "./domain/akr024-shared-account.ts";
import { administrator } from "./domain/akr025-administrator.ts";
import { sharedFirstPassword } from "./domain/akr026-shared-first-password.ts";
import { furtherCredential } from "./domain/akr027-further-credential.ts";
import { targetHttp } from "./domain/akr030-target-http.ts";
import { targetHost } from "./domain/akr031-target-host.ts";
import { credentialInUrl } from "./domain/akr032-credential-in-url.ts";
import { blastRadius } from "./domain/akr033-blast-radius.ts";
import { targetRemoved } from "./domain/akr034-target-removed.ts";
import { targetNotChanged } from "./domain/akr035-target-not-changed.ts";
import { accessBeforeRotation } from "./domain/akr040-access-before-rotation.ts";
import { accessHosts } from "./domain/akr041-access-hosts.ts";
import { certificateIssuer } from "./domain/akr042-certificate-issuer.ts";
import { powerfulUsers } from "./domain/akr043-powerful-users.ts";
import { isolation } from "./domain/akr044-isolation.ts";
import { noRotationAfterSession } from "./domain/akr045-no-rotation-after-session.ts";
import { contradictoryAccess } from "./domain/akr046-contradictory-access.ts";
import { deleteProtection } from "./domain/akr050-delete-protection.ts";
import { versions } from "./domain/akr051-versions.ts";
import { adoptionLeftOn } from "./domain/akr052-adoption-left-on.ts";
import { passwordPolicy } from "./domain/akr060-password-policy.ts";
import { encryptionKey } from "./domain/akr070-encryption-key.ts";
import { requiredTags } from "./domain/akr071-required-tags.ts";
import { itemName } from "./domain/akr072-item-name.ts";
import { timeout } from "./domain/akr080-timeout.ts";
import { providerConfiguration } from "./domain/akr090-provider.ts";
import { loginInClear } from "./domain/akr091-login-in-clear.ts";
import { stateInClear } from "./domain/akr092-state-in-clear.ts";
import { waiverExpired } from "./domain/akr095-waiver-expired.ts";
import { waiverUnused } from "./domain/akr096-waiver-unused.ts";
import type { Rule } from "./rule.ts";

/** Every rule, by id. A new one is a file in domain/ and a line here. */
export const RULES: readonly Rule[] = [
  secretDestroyed,
  secretReplaced,
  secretForgotten,
  autoRotateOff,
  intervalTooLong,
  intervalTooShort,
  rotationHour,
  checkLeftOut,
  credentialInClear,
  stalePayload,
  payloadShape,
  payloadNotSensitive,
  sharedAccount,
  administrator,
  sharedFirstPassword,
  furtherCredential,
  targetHttp,
  targetHost,
  credentialInUrl,
  blastRadius,
  targetRemoved,
  targetNotChanged,
  accessBeforeRotation,
  accessHosts,
  certificateIssuer,
  powerfulUsers,
  isolation,
  noRotationAfterSession,
  contradictoryAccess,
  deleteProtection,
  versions,
  adoptionLeftOn,
  passwordPolicy,
  encryptionKey,
  requiredTags,
  itemName,
  timeout,
  providerConfiguration,
  loginInClear,
  stateInClear,
  waiverExpired,
  waiverUnused,
];

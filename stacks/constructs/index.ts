/**
 * Constructs for custom rotated secrets of Akeyless: the public API.
 *
 * @module
 */
export { CustomRotatedSecret } from "./custom-rotated-secret.ts";
export type {
  AgentRule,
  CustomRotatedSecretAttributes,
  CustomRotatedSecretProps,
  ICustomRotatedSecret,
} from "./custom-rotated-secret-props.ts";
export { DriftCheck, type DriftCheckProps } from "./drift-check.ts";
export { Duration } from "./duration.ts";
export { DeclarationError } from "./errors.ts";
export { GatewayLogin } from "./gateway-login.ts";
export { GatewayProvider, type GatewayProviderProps } from "./gateway-provider.ts";
export { ItemTags } from "./item-tags.ts";
export { PasswordPolicy, type PasswordPolicyProps } from "./password-policy.ts";
export type { RemovalPolicy } from "./removal-policy.ts";
export { renamedFrom } from "./renamed-from.ts";
export { RotateAfterDisconnect } from "./rotate-after-disconnect.ts";
export {
  RotatedAppCredential,
  type RotatedAppCredentialProps,
} from "./rotated-app-credential.ts";
export { RotationCheck, type RotationCheckProps } from "./rotation-check.ts";
export {
  type PayloadAccount,
  type PayloadValue,
  RotationPayload,
  type RotationPayloadProps,
} from "./rotation-payload.ts";
export {
  type HoursUtc,
  RotationSchedule,
  type RotationScheduleOptions,
} from "./rotation-schedule.ts";
export { RotatorConfiguration } from "./rotator-configuration.ts";
export type { SecretDeclaration } from "./secret-declaration.ts";
export {
  type HostAccessProps,
  type RdpAccessProps,
  SecureRemoteAccess,
  type SessionProps,
  type SshAccessProps,
  type WebAccessMode,
  type WebAccessProps,
} from "./secure-remote-access.ts";
export { SensitiveInput } from "./sensitive-input.ts";
export {
  applySettings,
  type IntervalUnit,
  type Realisation,
  type SecureRemoteAccessStage,
  type Settings,
} from "./settings.ts";
export {
  type IWebTarget,
  WebTarget,
  type WebTargetAttributes,
  type WebTargetProps,
} from "./web-target.ts";

/**
 * The public API of akeyless-rotation-kit: one stack per environment, constructs for Web Targets
 * and custom rotated secrets, the rules that judge them, and the provider's own resources for what
 * no construct offers.
 *
 * @module
 */
export { type ErrorCode, KitError } from "../common/errors/kit-error.ts";
export {
  DataRotatedSecret,
  type DataRotatedSecretAttributes,
} from "./akeyless/data-rotated-secret.ts";
export { AkeylessProvider, type AkeylessProviderConfig } from "./akeyless/provider.ts";
export {
  RotatedSecretCustom,
  type RotatedSecretCustomAttributes,
} from "./akeyless/rotated-secret-custom.ts";
export { TargetWeb, type TargetWebAttributes } from "./akeyless/target-web.ts";
export {
  type AgentRule,
  applySettings,
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  DeclarationError,
  DriftCheck,
  type DriftCheckProps,
  Duration,
  GatewayLogin,
  GatewayProvider,
  type GatewayProviderProps,
  type HoursUtc,
  type ICustomRotatedSecret,
  type IntervalUnit,
  ItemTags,
  type IWebTarget,
  PasswordPolicy,
  type PasswordPolicyProps,
  type PayloadAccount,
  type PayloadValue,
  type RdpAccessProps,
  type Realisation,
  type RemovalPolicy,
  RotateAfterDisconnect,
  RotatedAppCredential,
  type RotatedAppCredentialProps,
  RotationCheck,
  type RotationCheckProps,
  RotationPayload,
  type RotationPayloadProps,
  RotationSchedule,
  type RotationScheduleOptions,
  RotatorConfiguration,
  renamedFrom,
  type SecretDeclaration,
  SecureRemoteAccess,
  type SecureRemoteAccessStage,
  SensitiveInput,
  type SessionProps,
  type Settings,
  type SshAccessProps,
  type WebAccessMode,
  type WebAccessProps,
  WebTarget,
  type WebTargetProps,
} from "./constructs/index.ts";
export {
  type Environment,
  type SelectedEnvironment,
  selectEnvironments,
} from "./environment.ts";
export { RotationStack, type RotationStackProps } from "./rotation-stack.ts";
export type { RulePolicy, RulePolicyInput } from "./rules/policy.ts";
export { loadRulePolicy, parseRulePolicy } from "./rules/policy-file.ts";
export { DEFAULT_RULE_POLICY } from "./rules/policy-schema.ts";
export { type ApplyRulesOptions, applyRules, refusalOf } from "./rules/synth/apply-rules.ts";
export { type WaiveProps, waive } from "./rules/synth/waive.ts";
export { synthesisFailure } from "./synthesis-failure.ts";

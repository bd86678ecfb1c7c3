/**
 * The rotator in your own process, and the types for systems of your own
 * (docs/guides/write-a-system.md).
 *
 * @module
 */
export type { Clock } from "../common/clock.ts";
export { KitError } from "../common/errors/kit-error.ts";
export { ConfigError } from "./config/load.ts";
export type { PasswordPolicyConfig as PasswordPolicy } from "./password/policy.ts";
export {
  type AkeylessSection,
  type Rotator,
  type StartRotatorOptions,
  startRotator,
} from "./process/embed.ts";
export { type Proof, provePayload, withPassword } from "./process/prove.ts";
export type { SystemDependencies } from "./systems/dependencies.ts";
export type { Recipe } from "./systems/http/recipe.ts";
export type { CreateSystem } from "./systems/module/load-module.ts";
export type {
  Change,
  Credential,
  KeyCreation,
  KeyRevocation,
  KeyStore,
  Probe,
  StepContext,
  System,
} from "./systems/system.ts";

/** Address of the provider in Terraform's registry; the stand-in provider answers to it too. */
export const PROVIDER_SOURCE = "akeyless-community/akeyless";

/**
 * The 2.x line, which knows Secure Remote Access, delete protection and the password policy of a
 * custom rotated secret, from the release on that knows `skip_dry_run`.
 */
export const PROVIDER_VERSION_CONSTRAINT = "~> 2.0, >= 2.0.5";

/**
 * Lets cdktf's own validation notice a stack that uses the resources and forgot the provider
 * block; without this metadata a resource silently escapes that check.
 */
export const GENERATOR_METADATA = {
  providerName: "akeyless",
  providerVersionConstraint: PROVIDER_VERSION_CONSTRAINT,
} as const;

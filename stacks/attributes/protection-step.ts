/**
 * Name of the step that protects the items of a stack, one instance for each. Terraform shows it
 * where a plan would destroy what it protects, so it says what to do.
 */
export const PROTECTION_STEP = "DeployOnceWithDeleteProtectionFalse";

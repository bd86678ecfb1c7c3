/** Every code that a declaration can fail with, and what to do about it. */
export const DECLARATION_ERRORS = {
  invalid_declaration: {
    remedy:
      "Change the property that the sentence names; it also gives the value found and the values allowed.",
  },
  invalid_environment: {
    remedy:
      "Set or unset the environment variable that the sentence names; `selectEnvironments` lists all of them.",
  },
  not_offered_by_provider: {
    remedy:
      "The Terraform provider has no attribute for this option. Leave it out, or realise the secret out of state (docs/guides/out-of-state.md).",
  },
  rotator_would_refuse: {
    remedy:
      "Make the declaration and the rotator's configuration agree: the item, its system and its user name must be listed there.",
  },
} as const;

/** A code of {@link DECLARATION_ERRORS}. */
export type DeclarationErrorCode = keyof typeof DECLARATION_ERRORS;

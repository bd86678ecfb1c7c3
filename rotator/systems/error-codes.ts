/** Codes of the errors that a system's configuration can raise at start, with their remedies. */
export const SYSTEM_ERRORS = {
  system_config_invalid:
    "Correct the named setting under systems in rotator.yaml; docs/reference/rotator-configuration.md lists them all.",
  recipe_not_found:
    "Name a recipe that is shipped (docs/reference/recipes.md) or give the path of a .yaml, .yml or .json file.",
  recipe_invalid:
    "Correct the recipe at the named place; docs/guides/write-a-recipe.md explains the format.",
  secret_unreadable:
    "Mount the file or set the environment variable that the setting names, readable for the rotator's user.",
  certificates_invalid:
    "Give PEM files that the rotator's user may read: certificates that are whole and have not ended, and the key that belongs to them.",
  module_invalid:
    "Export a function createSystem from the module, as docs/guides/write-a-system.md shows.",
} as const;

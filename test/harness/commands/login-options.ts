import { Option } from "commander";

/** How a command line names who can say whether a password opens the account. */
export interface LoginOptions {
  readonly login?: string;
  readonly loginRecipe?: string;
}

/** Options of that kind, for a command. */
export const LOGIN_OPTIONS = {
  command: new Option(
    "--login <command>",
    "command that exits with 0 if the payload on its stdin opens the account, otherwise with 1",
  ),
  recipe: new Option(
    "--login-recipe <file>",
    "rotator.yaml with the system of the payload, to log in by its recipe",
  ).conflicts("login"),
} as const;

import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { IConstruct } from "constructs";
import { STACKS_ERRORS } from "../../common/errors/stacks-errors.ts";
import { checkedFor } from "./errors.ts";
import { chosenKitCommand, commandWords } from "./settings.ts";

const { message, remedy } = STACKS_ERRORS.kit_missing;

/**
 * Finds the kit that is installed where Terraform runs: above its folder, else on the PATH. npx would
 * ask the registry for a package of this name, which is another one than ours, and answer in its own
 * words. The arguments stay words, which the shell never reads.
 */
const FIND = [
  "p=$PWD",
  'while k=$p/node_modules/.bin/rotation-kit; ! [ -x "$k" ]; do',
  `[ "$p" = / ] && { k=$(command -v rotation-kit) && break; echo "kit_missing: ${message}; ${remedy}" >&2; exit 1; }`,
  'p=$(dirname "$p")',
  "done",
  'exec "$k" "$@"',
]
  .join("; ")
  .replace("do;", "do");

/**
 * The kit as it is installed in the project below which Terraform runs: no path of the machine that
 * synthesizes, so that another one can apply.
 */
const INSTALLED = ["sh", "-c", FIND, "rotation-kit"];

/**
 * The command that starts the kit's own CLI for a construct, as words without a shell.
 * @param given the construct's own property `command`
 */
export const kitCommand = (construct: IConstruct, given?: readonly string[]): readonly string[] =>
  checkedFor(construct, () =>
    given === undefined
      ? (chosenKitCommand(construct.node) ?? ownCommand())
      : commandWords("command", given),
  );

let own: readonly string[] | undefined;

/** Found once: to look up a package for each construct would take as long as to declare it. */
function ownCommand(): readonly string[] {
  own ??= defaultKitCommand(fileURLToPath(import.meta.url));
  return own;
}

/** The installed kit; in a checkout of the kit, which is not installed anywhere, its source. */
export function defaultKitCommand(here: string): readonly string[] {
  if (here.split(sep).includes("node_modules")) return INSTALLED;
  const source = fileURLToPath(new URL("../../cli.ts", import.meta.url));
  return ["node", "--import", import.meta.resolve("tsx/esm"), source];
}

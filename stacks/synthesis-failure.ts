import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { KitError } from "../common/errors/kit-error.ts";
import { refusalOf } from "./rules/synth/apply-rules.ts";

/**
 * Why an app could not be synthesized, for people: the sentences of the rules or of cdktf, or else the
 * error's own sentence with the place in your code, and no stack.
 *
 * @param directory where your code is; files outside of it and in node_modules are not yours
 *
 * @example
 * try {
 *   app.synth();
 * } catch (error) {
 *   process.stderr.write(`${synthesisFailure(error)}\n`);
 *   process.exitCode = 1;
 * }
 */
export function synthesisFailure(error: unknown, directory = process.cwd()): string {
  const refusal = refusalOf(error);
  if (refusal !== undefined) return refusal;
  if (!(error instanceof Error)) return String(error);
  const code = error instanceof KitError ? error.code : error.name;
  const place = placeOf(error, directory);
  return `${code}: ${error.message}${place === undefined ? "" : `\n  at ${place}`}`;
}

/** The kit's own rooms, which lie beside the example in this repository. */
const KIT =
  /^(?:stacks\/(?:akeyless|attributes|constructs|declaration|gateway|rules)|common|rotator)\//;

/** The innermost place of the stack that is in the user's code: file, line and column. */
function placeOf({ stack = "" }: Error, directory: string): string | undefined {
  for (const [, file = "", position = ""] of stack.matchAll(
    /^\s+at .*?\(?((?:file:\/\/)?\/[^\s()]+?):(\d+:\d+)\)?$/gm,
  )) {
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    const inside = relative(directory, path);
    const foreign = inside.startsWith("..") || /(^|\/)node_modules\//.test(inside);
    if (!foreign && !KIT.test(inside)) return `${inside}:${position}`;
  }
  return undefined;
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { IConstruct } from "constructs";
import { chosenKitCommand } from "./settings.ts";

/**
 * The command that starts the kit's own CLI for a construct, as words without a shell: the one that
 * the settings name, else this installation, the TypeScript source in a checkout and the compiled
 * file in a package.
 */
export function kitCommand(construct: IConstruct): readonly string[] {
  const chosen = chosenKitCommand(construct.node);
  if (chosen !== undefined) return chosen;
  const source = fileURLToPath(new URL("../../cli.ts", import.meta.url));
  return existsSync(source)
    ? ["node", "--import", import.meta.resolve("tsx/esm"), source]
    : ["node", fileURLToPath(new URL("../../cli.js", import.meta.url))];
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The command that starts this kit's own CLI, as words without a shell: the TypeScript source in a
 * checkout, the compiled file in a package.
 */
export function kitCommand(): string[] {
  const source = fileURLToPath(new URL("../../cli.ts", import.meta.url));
  return existsSync(source)
    ? ["node", "--import", import.meta.resolve("tsx"), source]
    : ["node", fileURLToPath(new URL("../../cli.js", import.meta.url))];
}

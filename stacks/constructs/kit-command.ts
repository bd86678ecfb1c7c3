import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The command that starts this kit's own CLI, as words without a shell: the TypeScript source in a
 * checkout, the compiled file in a package. Only `import` goes through tsx: Akeyless's SDK requires
 * a thousand files, which would take a third of a second longer.
 */
export function kitCommand(): string[] {
  const source = fileURLToPath(new URL("../../cli.ts", import.meta.url));
  return existsSync(source)
    ? ["node", "--import", import.meta.resolve("tsx/esm"), source]
    : ["node", fileURLToPath(new URL("../../cli.js", import.meta.url))];
}

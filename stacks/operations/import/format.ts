import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

/** Formatters by the files that configure them. */
const FORMATTERS = [
  { name: "biome", files: ["biome.json", "biome.jsonc"], args: ["format", "--write"] },
  {
    name: "prettier",
    files: [".prettierrc", ".prettierrc.json", ".prettierrc.yaml", "prettier.config.js"],
    args: ["--write"],
  },
] as const;

/**
 * Formats a file with the formatter that the project around it has configured and installed.
 *
 * @returns its name; undefined where there is none, or where it fails: the file stays as it was
 */
export async function formatFile(file: string): Promise<string | undefined> {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    for (const { name, files, args } of FORMATTERS) {
      const program = join(folder, "node_modules", ".bin", name);
      if (!files.some((one) => existsSync(join(folder, one))) || !existsSync(program)) continue;
      const ran = promisify(execFile)(program, [...args, resolve(file)], { cwd: folder });
      return ran.then(
        () => name,
        () => undefined,
      );
    }
    if (folder === dirname(folder)) return undefined;
  }
}

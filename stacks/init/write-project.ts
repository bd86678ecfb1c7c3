import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KitError } from "../../common/errors/kit-error.ts";
import { readFailure } from "../../common/read-failure.ts";
import type { ProjectFile } from "./project.ts";

/**
 * Writes every file, or none where one of them is there already.
 *
 * @throws KitError `project_exists`, or `project_not_written` for what the system refuses
 */
export function writeProject(folder: string, files: readonly ProjectFile[]): void {
  const there = files.filter(({ path }) => isTaken(folder, path)).map(({ path }) => path);
  if (there.length > 0) throw new KitError("project_exists", { files: there.join(", ") });
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: "wx" });
    } catch (cause) {
      throw new KitError("project_not_written", { file: path, why: readFailure(cause) }, { cause });
    }
  }
}

/** Whether there is something at the path, or something on the way to it that is not a folder. */
function isTaken(folder: string, path: string): boolean {
  const parts = path.split("/");
  return parts.some((_, index) => {
    const found = lstatSync(join(folder, ...parts.slice(0, index + 1)), { throwIfNoEntry: false });
    return found !== undefined && (index === parts.length - 1 || !found.isDirectory());
  });
}

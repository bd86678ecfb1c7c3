import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The version of a raised release. */
export const RAISED = "999.0.0";

/** Copies a built rotator (a folder with `bin`) into `folder`, under a higher version. */
export async function raiseRelease(release: string, folder: string): Promise<void> {
  await cp(release, folder, { recursive: true });
  const programs = join(folder, "bin");
  for (const name of await readdir(programs)) {
    const file = join(programs, name);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/(VERSION ?= ?)"[\d.]+"/, `$1"${RAISED}"`));
  }
}

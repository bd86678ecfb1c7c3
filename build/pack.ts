import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The tarball as `npm publish` would send it. */
export interface Tarball {
  readonly file: string;
  /** Everything in it, unpacked: the folder that becomes `node_modules/akeyless-rotation-kit`. */
  readonly contents: string;
  remove(): void;
}

const kit = path.resolve(import.meta.dirname, "..");

/** Builds and packs the kit into a temporary folder. */
export function pack(): Tarball {
  const folder = mkdtempSync(path.join(tmpdir(), "rotation-kit-pack-"));
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, {
      cwd: kit,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
  run("npm", "run", "--silent", "build");
  const packed = run("npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder);
  const [{ filename }]: [{ filename: string }] = JSON.parse(packed);
  const file = path.join(folder, filename);
  run("tar", "-xzf", file, "-C", folder);
  return {
    file,
    contents: path.join(folder, "package"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Makes what a release consists of: `npm run release -- <folder> [<tag>]`.
 *
 * - the package as `npm publish` sends it, the bundled rotator as a tarball;
 * - the software bill of materials of the bundle;
 * - SHA256SUMS, for `sha256sum --check`.
 *
 * With a tag it refuses one that is not `v` and the version of package.json, or that CHANGELOG.md does
 * not tell of.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { VERSION } from "../common/version.ts";
import { pack } from "./pack.ts";
import { sbomOf } from "./sbom.ts";

const kit = path.resolve(import.meta.dirname, "..");
const digestOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

const [folder, tag] = process.argv.slice(2);

try {
  if (folder === undefined) throw new Error("usage: npm run release -- <folder> [<tag>]");
  if (tag !== undefined) expectVersion(tag);
  await release(path.resolve(folder));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function expectVersion(tag: string): void {
  if (tag !== `v${VERSION}`) throw new Error(`the tag is ${tag}, package.json has ${VERSION}`);
  const heading = new RegExp(`^## ${VERSION.replaceAll(".", "\\.")}\\b`, "m");
  if (!heading.test(readFileSync(path.join(kit, "CHANGELOG.md"), "utf8")))
    throw new Error(`CHANGELOG.md has no section ${VERSION}: rename "Unreleased"`);
}

async function release(target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  const tarball = pack();
  try {
    copyFileSync(tarball.file, path.join(target, path.basename(tarball.file)));
  } finally {
    tarball.remove();
  }
  execFileSync("npm", ["run", "--silent", "build:rotator"], { cwd: kit, stdio: "inherit" });
  const service = `rotator-${VERSION}`;
  // The same files give the same bytes, whenever and by whom they are packed.
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  const name = `--transform=s,^service,${service},`;
  const file = path.join(target, `${service}.tar.gz`);
  execFileSync("tar", [...same, name, "-czf", file, "service"], {
    cwd: path.join(kit, "dist"),
  });
  const metafile = readFileSync(path.join(kit, "dist/service.metafile.json"), "utf8");
  const sbom = await sbomOf(kit, JSON.parse(metafile));
  writeFileSync(path.join(target, `${service}.cdx.json`), sbom);
  const sums = readdirSync(target)
    .filter((name) => name !== "SHA256SUMS")
    .sort()
    .map((name) => `${digestOf(path.join(target, name))}  ${name}\n`);
  writeFileSync(path.join(target, "SHA256SUMS"), sums.join(""));
  process.stdout.write(sums.join(""));
}

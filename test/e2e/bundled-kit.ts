import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const CHECKOUT = path.resolve(import.meta.dirname, "../..");

/**
 * Bundles the CLI and the rotator once for all tests that start them, as BUNDLED_KIT and
 * BUNDLED_ROTATOR: from their sources they take seven times as long to start.
 */
export default async function bundleKit(): Promise<() => Promise<void>> {
  // Within the checkout, so that a bundle finds the packages that it does not hold.
  const cache = path.join(CHECKOUT, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, "rotation-kit-"));
  const programs = path.join(folder, "bin");
  await build({
    entryPoints: {
      cli: path.join(CHECKOUT, "cli.ts"),
      rotator: path.join(CHECKOUT, "rotator/cli.ts"),
    },
    outdir: programs,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    // What checks, steps and rotations do not need, and esbuild cannot put into a file.
    external: ["@biomejs/*", "cdktf", "constructs", "esbuild", "pg-native", "tsx", "typescript"],
    logLevel: "error",
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  await cp(path.join(CHECKOUT, "rotator/systems/recipes"), path.join(folder, "recipes"), {
    recursive: true,
  });
  process.env.BUNDLED_KIT = path.join(programs, "cli.mjs");
  process.env.BUNDLED_ROTATOR = path.join(programs, "rotator.mjs");
  return () => rm(folder, { recursive: true });
}

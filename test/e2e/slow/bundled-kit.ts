import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";

/**
 * Bundles the CLI once for all slow tests, as BUNDLED_KIT: a deploy starts it for each check and step,
 * and from its sources it takes seven times as long to start.
 */
export default async function bundleKit(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "rotation-kit-bundled-"));
  await build({
    entryPoints: [path.resolve(import.meta.dirname, "../../../cli.ts")],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    // What checks and steps do not need, and esbuild cannot put into a file.
    external: ["@biomejs/*", "cdktf", "constructs", "esbuild", "pg-native", "tsx", "typescript"],
    logLevel: "error",
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  process.env.BUNDLED_KIT = path.join(folder, "cli.mjs");
  return () => rm(folder, { recursive: true });
}

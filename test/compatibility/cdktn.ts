/**
 * Runs the tests of the constructs on cdktn, the fork of cdktf: a copy of the checkout in which the
 * name `cdktf` represents the fork, as docs/guides/move-to-cdktn.md tells users to do it. Then
 * compares what both make of the catalog. Needs the npm registry. `npm run test:cdktn [-- version]`
 */
import { deepStrictEqual } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const version = process.argv[2] ?? "^0.24.0";
const checkout = path.resolve(import.meta.dirname, "../..");
const copy = mkdtempSync(path.join(tmpdir(), "rotation-kit-cdktn-"));

function useFork(): void {
  const file = path.join(copy, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  manifest.devDependencies.cdktf = `npm:cdktn@${version}`;
  manifest.overrides = { ...manifest.overrides, "@cdktf/provider-null": { cdktf: "$cdktf" } };
  // The CLI of cdktf wants cdktf itself; the tests of the constructs need no CLI.
  delete manifest.workspaces;
  // npm holds what a package bundles to its own peers; here it is installed like any other.
  delete manifest.bundleDependencies;
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  rmSync(path.join(copy, "package-lock.json"), { force: true });
}

function step(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: copy, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with code ${status}`);
}

/** The catalog's cdk.tf.json as a library writes it, apart from its version and from the folder. */
function synthesize(folder: string): unknown {
  const outdir = path.join(copy, "compare");
  const { status, stderr } = spawnSync(
    "node",
    ["--import", "tsx", "test/harness/deployment/main.ts"],
    {
      cwd: folder,
      env: { ...process.env, CDKTF_OUTDIR: outdir, ROTATION_ENVIRONMENT: "production" },
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`the synthesis ended with code ${status}: ${stderr}`);
  const text = readFileSync(path.join(outdir, "stacks/rotation-production/cdk.tf.json"), "utf8");
  const { "//": comment, ...document } = JSON.parse(text.replaceAll(folder, checkout));
  const { version: _, ...metadata } = comment.metadata;
  return { ...document, metadata };
}

try {
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: checkout, encoding: "utf8" });
  for (const file of tracked.split("\0").filter(Boolean)) {
    cpSync(path.join(checkout, file), path.join(copy, file));
  }
  useFork();
  step("npm", ["install", "--no-audit", "--no-fund"]);
  step("npx", ["tsc", "--noEmit"]);
  step("npx", ["vitest", "run", "test/unit/stacks"]);
  deepStrictEqual(synthesize(copy), synthesize(checkout), "cdktn synthesizes something else");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/**
 * Makes `dist/`, all but the bundle in `dist/service`: what the TypeScript compiler writes, files
 * that the code reads, the stand-in provider and the console's script in one file each, and the way in for CommonJS.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { bundleConsole } from "../test/harness/gateway/console/bundle.ts";
import { bundleProvider } from "../test/harness/terraform-provider/bundle.ts";

const kit = path.resolve(import.meta.dirname, "..");
const dist = path.join(kit, "dist");

/** Read at run time, or put to use by operators. */
const ASSETS = [
  "rotator/systems/recipes",
  "rotator/observability/alerts.yaml",
  "rotator/observability/dashboard.json",
  "test/harness/gateway/console/page/index.html",
  "test/harness/gateway/console/page/console.css",
];

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) {
  if (name !== "service") rmSync(path.join(dist, name), { recursive: true });
}
execFileSync(path.join(kit, "node_modules/.bin/tsc"), ["--project", "tsconfig.build.json"], {
  cwd: kit,
  stdio: "inherit",
});
for (const asset of ASSETS) {
  cpSync(path.join(kit, asset), path.join(dist, asset), { recursive: true });
}
writeFileSync(
  path.join(dist, "test/harness/terraform-provider/provider.mjs"),
  await bundleProvider(),
);
writeFileSync(
  path.join(dist, "test/harness/gateway/console/page/console.js"),
  await bundleConsole(),
);
chmodSync(path.join(dist, "cli.js"), 0o755);
keepPublicDeclarations();
writeCommonJs();

/** Declarations that nobody can reach through `exports` go: thousands of small files weigh a lot. */
function keepPublicDeclarations(): void {
  const reached = new Set<string>();
  const waiting = exported("types").map((entry) => path.join(kit, entry));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const imports = readFileSync(file, "utf8").matchAll(
      /(?:from|import|import\() ?"(\.[^"]+)\.ts"/g,
    );
    for (const [, name] of imports) waiting.push(path.resolve(path.dirname(file), `${name}.d.ts`));
  }
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const file = path.join(dist, name);
    if (name.endsWith(".d.ts") && !name.startsWith("service") && !reached.has(file)) rmSync(file);
  }
}

/**
 * `require` gets the same modules: Node loads ESM by `require` from 20.19 on, so each entry is one
 * line. TypeScript resolves declarations by the kind of their own file (moduleResolution node16), so
 * CommonJS gets a copy of them.
 */
function writeCommonJs(): void {
  const target = path.join(dist, "cjs");
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts") || file.startsWith("service")) continue;
    const copy = path.join(target, file);
    mkdirSync(path.dirname(copy), { recursive: true });
    cpSync(path.join(dist, file), copy);
  }
  writeFileSync(path.join(target, "package.json"), '{ "type": "commonjs" }\n');
  for (const entry of exported("require")) {
    const file = path.join(kit, entry);
    const esm = path.join(dist, path.relative(target, file));
    if (!existsSync(esm)) throw new Error(`package.json exports ${entry}, and ${esm} is not there`);
    const from = path.relative(path.dirname(file), esm).split(path.sep).join("/");
    writeFileSync(file, `"use strict";\nmodule.exports = require("${from}");\n`);
  }
}

/** The files of package.json's `exports`: those for `require`, or all with types. */
function exported(what: "require" | "types"): string[] {
  interface Target {
    readonly types: string;
    readonly default: string;
  }
  type Entry = string | Target | { readonly import: Target; readonly require: Target };
  const { exports }: { exports: Record<string, Entry> } = JSON.parse(
    readFileSync(path.join(kit, "package.json"), "utf8"),
  );
  return Object.values(exports).flatMap((entry) => {
    if (typeof entry === "string") return [];
    if ("require" in entry)
      return what === "require" ? [entry.require.default] : [entry.import.types];
    return what === "types" ? [entry.types] : [];
  });
}

/**
 * Whether the packed kit is one that can be installed: `npm run check:package`.
 *
 * - publint: package.json and the files it names agree.
 * - attw ("are the types wrong"): every way of TypeScript to find our types finds the right ones.
 * - the tarball holds nothing of the machine that built it, and nothing that no user needs.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { pack } from "./pack.ts";

const kit = path.resolve(import.meta.dirname, "..");

const ATTW = [
  // node10 knows no `exports`: only the root entry can be found there, and TypeScript gives node10 up.
  "--profile=node16",
  // Loads vitest, which is ESM only, so `require` has nothing to find.
  "--exclude-entrypoints=./testing/vitest",
];

/** Files by what they are for; anything else in the tarball is a mistake. */
const EXPECTED =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|docs\/(guides|reference|runbooks)\/[^/]+|docs\/examples\/.+|node_modules\/@cdktf\/provider-null\/.+|dist\/.+\.(js|d\.ts|mjs|json|yaml|html|css))$/;

/** Largest tarball, in bytes, unpacked. */
const MAX_BYTES = 8_000_000;

const tarball = pack();
try {
  const problems = [
    ...tool("publint", [tarball.file, "--strict"]),
    ...tool("attw", [tarball.file, "--format=ascii", ...ATTW]),
    ...contentProblems(tarball.contents),
  ];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  tarball.remove();
}

function tool(name: string, args: readonly string[]): string[] {
  const { status } = spawnSync(path.join(kit, "node_modules/.bin", name), args, {
    stdio: "inherit",
  });
  return status === 0 ? [] : [`${name} found something (code ${status})`];
}

function contentProblems(folder: string): string[] {
  const problems: string[] = [];
  let bytes = 0;
  const traces = [kit, `${homedir()}/`, `${tmpdir()}/`];
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const full = path.join(folder, file);
    const { size } = statSync(full);
    if (statSync(full).isDirectory()) continue;
    bytes += size;
    if (!EXPECTED.test(file)) problems.push(`${file}: nobody needs it in the package`);
    const text = readFileSync(full, "utf8");
    const found = traces.find((trace) => text.includes(trace));
    if (found !== undefined) problems.push(`${file}: names this machine (${found})`);
  }
  if (bytes > MAX_BYTES) problems.push(`the package has ${bytes} bytes, more than ${MAX_BYTES}`);
  return problems;
}

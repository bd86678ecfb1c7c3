/**
 * Begins two projects with the packed kit's `rotation-kit init`, and installs it into six others as
 * their owners would, into empty folders with a home and an npm cache of their own, and runs the scripts
 * of each: `types`, and `check`, a synthesis or a rotation; one also plans and reviews with Terraform.
 * Needs the npm registry. `npm run test:consumers`, or with folders of other Nodes to check on:
 * `npm run test:consumers -- <folder that holds node>…`
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pack } from "../../build/pack.ts";

const consumers = import.meta.dirname;
const names = ["esm", "commonjs", "cdktn", "rotator", "system", "jest"] as const;

/** What people install into an empty project, and the megabytes that it may weigh there. */
const INSTALLATIONS = [
  { beside: ["cdktf@^0.21.0", "constructs@^10.6.0"], limit: 100 },
  { beside: [], limit: 40 },
];

const work = mkdtempSync(path.join(tmpdir(), "rotation-kit-consumers-"));
const home = path.join(work, "home");
mkdirSync(home);
const own = path.dirname(process.execPath);
const nodes = [own, ...process.argv.slice(2)];

/** Runs npm in a consumer's folder; nothing of this user's home or of the checkout is seen. */
function npm(folder: string, node: string, ...args: string[]): void {
  const registry = process.env.npm_config_registry;
  const { status } = spawnSync("npm", args, {
    cwd: folder,
    stdio: "inherit",
    env: {
      PATH: `${node}${path.delimiter}${process.env.PATH}`,
      HOME: home,
      npm_config_cache: path.join(work, "cache"),
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
      ...(registry && { npm_config_registry: registry }),
    },
  });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} ended with code ${status}`);
}

function install(name: (typeof names)[number], tarball: string): string {
  const folder = path.join(work, name);
  cpSync(path.join(consumers, name), folder, { recursive: true });
  addKit(folder, tarball);
  npm(folder, own, "install", "--silent");
  expectOneCopy(folder);
  return folder;
}

/** Makes the packed kit a dependency of a project. */
function addKit(folder: string, tarball: string): void {
  const file = path.join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  manifest.dependencies = { ...manifest.dependencies, "akeyless-rotation-kit": `file:${tarball}` };
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}

/** Installs the kit into an empty project, with what is beside it. Returns the folder. */
function weigh({ beside, limit }: (typeof INSTALLATIONS)[number], tarball: string): string {
  const folder = mkdtempSync(path.join(work, "empty-"));
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  npm(folder, own, "install", "--silent", tarball, ...beside);
  const megabytes = sizeOf(path.join(folder, "node_modules")) / 1_000_000;
  const what = ["akeyless-rotation-kit", ...beside].join(", ");
  process.stdout.write(`${what}: ${megabytes.toFixed(1)} MB\n`);
  if (megabytes > limit) throw new Error(`${what} has ${megabytes} MB, more than ${limit}`);
  return folder;
}

/** Lets the installed command begin a project, and tries what it tells: install, test, synthesize. */
function begin(library: "cdktf" | "cdktn", installed: string, tarball: string): void {
  const folder = path.join(work, `init-${library}`);
  const args = ["init", folder, "--library", library, "--yes", "--json"];
  npm(installed, own, "exec", "--no", "--", "rotation-kit", ...args);
  addKit(folder, tarball);
  // The CLI is tried elsewhere (test/compatibility/); it alone would double the time.
  npm(folder, own, "pkg", "delete", "devDependencies.cdktn-cli");
  npm(folder, own, "install", "--silent");
  expectOneCopy(folder);
  npm(folder, own, "test");
  npm(folder, own, "exec", "--", "node", "--import", "tsx", "main.ts");
  const stack = path.join(folder, "cdktf.out/stacks/production/cdk.tf.json");
  if (!readFileSync(stack, "utf8").includes("akeyless_rotated_secret_custom"))
    throw new Error(`the project of init on ${library} declares no secret`);
}

/** Bytes on disk, links not followed. */
function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.reduce((sum, entry) => {
    const { blocks = 0 } = lstatSync(path.join(folder, entry));
    return sum + blocks * 512;
  }, 0);
}

/** A second copy of cdktf or constructs has classes of its own: neither types nor synthesis work. */
function expectOneCopy(folder: string): void {
  const copies = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((entry) =>
    /node_modules\/.*node_modules\/(cdktf|cdktn|constructs)$/.test(entry),
  );
  if (copies.length > 0) throw new Error(`second copies: ${copies.join(", ")}`);
}

const tarball = pack();
try {
  const [installed = ""] = INSTALLATIONS.map((installation) => weigh(installation, tarball.file));
  for (const library of ["cdktf", "cdktn"] as const) {
    process.stdout.write(`\n== rotation-kit init, on ${library}\n`);
    begin(library, installed, tarball.file);
  }
  for (const name of names) {
    process.stdout.write(`\n== ${name}\n`);
    const folder = install(name, tarball.file);
    npm(folder, own, "run", "types");
    for (const node of nodes) npm(folder, node, "run", "check");
    if (name === "esm") npm(folder, own, "run", "review");
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  tarball.remove();
  rmSync(work, { recursive: true, force: true });
}

import { createRequire } from "node:module";
import { HarnessError } from "../harness/harness-error.ts";
import { runCommand } from "../harness/processes.ts";
import type { Tool } from "../harness/terraform-project.ts";

/** What the machine offers. */
export interface Prerequisites {
  /** Name or path of the Terraform or OpenTofu binary. */
  readonly binary: string;
  readonly binaryVersion: string;
  readonly tool: Tool;
  /** Why `tool` is not the cdktf CLI; absent when it is. */
  readonly fallback?: string;
}

const MINIMUM_TERRAFORM: readonly [number, number] = [1, 5];
const MINIMUM_NODE: readonly [number, number] = [20, 19];

/**
 * Looks for Node, Terraform or OpenTofu, and a cdktf CLI that starts.
 * @throws HarnessError `missing_prerequisite`, naming what is missing and its remedy.
 */
export async function findPrerequisites(
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Prerequisites> {
  if (!atLeast(process.versions.node, MINIMUM_NODE)) {
    throw missing(
      `Node.js ${process.versions.node} is too old: install Node.js ${MINIMUM_NODE.join(".")} or newer`,
    );
  }
  const { binary, version } = await findTerraform(env, signal);
  const cli = cdktfProblem();
  return {
    binary,
    binaryVersion: version,
    tool: cli === undefined ? "cdktf" : "terraform",
    ...(cli === undefined ? {} : { fallback: cli }),
  };
}

async function findTerraform(env: Readonly<Record<string, string>>, signal: AbortSignal) {
  const named = env.TERRAFORM_BINARY_NAME;
  const tried = named ? [named] : ["terraform", "tofu"];
  for (const binary of tried) {
    const version = await terraformVersion(binary, env, signal);
    if (version === undefined) continue;
    if (atLeast(version, MINIMUM_TERRAFORM)) return { binary, version };
    throw missing(
      `${binary} ${version} is too old: install Terraform ${MINIMUM_TERRAFORM.join(".")} or newer, or OpenTofu 1.6 or newer`,
    );
  }
  throw missing(
    `${tried.join(" or ")} was not found on the PATH: install Terraform ${MINIMUM_TERRAFORM.join(".")} or newer (developer.hashicorp.com/terraform/install) or OpenTofu, or name the binary in TERRAFORM_BINARY_NAME`,
  );
}

async function terraformVersion(
  binary: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { stdout } = await runCommand(binary, ["version", "-json"], { env, signal });
    const parsed: { terraform_version?: string } = JSON.parse(stdout);
    return parsed.terraform_version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw missing(
      `${binary} does not answer "version -json": check that it is Terraform or OpenTofu`,
    );
  }
}

/**
 * Why the cdktf CLI can not run here; undefined when it can. Every command but help loads its
 * native terminal module, which has no build for Node.js 24 (seen with cdktf-cli 0.21).
 */
function cdktfProblem(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const manifest = require.resolve("cdktf-cli/package.json");
    createRequire(manifest)("@cdktf/node-pty-prebuilt-multiarch");
    return undefined;
  } catch {
    return `the cdktf CLI (an optional dependency) does not run on Node.js ${process.versions.node} here`;
  }
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [actualMajor = 0, actualMinor = 0] = version.split(".").map(Number);
  return actualMajor > major || (actualMajor === major && actualMinor >= minor);
}

function missing(sentence: string): HarnessError {
  return new HarnessError("missing_prerequisite", sentence);
}

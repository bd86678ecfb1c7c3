import { type DeployCli, findDeployCli } from "../harness/deploy-cli.ts";
import { HarnessError } from "../harness/harness-error.ts";
import { runCommand } from "../harness/processes.ts";

/** Terraform or OpenTofu, by name or path. */
interface Terraform {
  readonly binary: string;
  readonly version: string;
}

/** What the machine offers. */
export interface Prerequisites {
  /** Absent where neither Terraform nor OpenTofu is on the PATH. */
  readonly terraform?: Terraform;
  /** Absent where no command line starts on this Node: then Terraform is called directly. */
  readonly cli?: DeployCli;
}

/** What to do about a machine without Terraform. */
export const INSTALL_TERRAFORM =
  "install Terraform 1.8 or newer (developer.hashicorp.com/terraform/install) or OpenTofu 1.7 or newer, or name the binary in TERRAFORM_BINARY_NAME";

/** The constructs need the function `issensitive`. */
const MINIMUM_TERRAFORM: readonly [number, number] = [1, 8];
const MINIMUM_OPENTOFU: readonly [number, number] = [1, 7];
const MINIMUM_NODE: readonly [number, number] = [20, 19];

/**
 * Looks for Node, Terraform or OpenTofu, and a command line that deploys.
 * @throws HarnessError `missing_prerequisite` where something is too old, or the named binary is not
 * there, with the remedy
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
  const terraform = await findTerraform(env, signal);
  const cli = findDeployCli();
  return { ...(terraform && { terraform }), ...(cli && { cli }) };
}

async function findTerraform(
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Terraform | undefined> {
  const named = env.TERRAFORM_BINARY_NAME;
  const tried = named ? [named] : ["terraform", "tofu"];
  for (const binary of tried) {
    const version = await terraformVersion(binary, env, signal);
    if (version === undefined) continue;
    const minimum = binary.endsWith("tofu") ? MINIMUM_OPENTOFU : MINIMUM_TERRAFORM;
    if (atLeast(version, minimum)) return { binary, version };
    throw missing(
      `${binary} ${version} is too old: install Terraform ${MINIMUM_TERRAFORM.join(".")} or newer, or OpenTofu ${MINIMUM_OPENTOFU.join(".")} or newer`,
    );
  }
  if (named) throw missing(`${named} was not found on the PATH: ${INSTALL_TERRAFORM}`);
  return undefined;
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

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [actualMajor = 0, actualMinor = 0] = version.split(".").map(Number);
  return actualMajor > major || (actualMajor === major && actualMinor >= minor);
}

function missing(sentence: string): HarnessError {
  return new HarnessError("missing_prerequisite", sentence);
}

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { parseJson, readText } from "../declaration/parse-json.ts";
import { type Check, type DoctorSetup, good, notSynthesized, problem } from "./check.ts";

const OLDEST_NODE = [20, 19] as const;
/** The CLIs that deploy, each with the versions of Node.js on which it starts. */
const DEPLOY_TOOLS = [
  {
    name: "cdktn-cli",
    starts: (version: string) => isAtLeast(version, [22, 19]),
    on: "22.19 or newer",
  },
  { name: "cdktf-cli", starts: (version: string) => !isAtLeast(version, [24, 0]), on: "20 or 22" },
] as const;
/** The guard of a live value calls `issensitive`. */
const OLDEST_TERRAFORM = [1, 8] as const;
const OLDEST_OPENTOFU = [1, 7] as const;

/** What this machine must have for a synth and a deploy. */
export const MACHINE_CHECKS: readonly Check[] = [
  { name: "node_version", look: nodeVersion },
  { name: "terraform_version", look: terraformVersion },
  { name: "state_backend", look: stateBackend },
];

function nodeVersion({ nodeVersion: version, out }: DoctorSetup) {
  if (!isAtLeast(version, OLDEST_NODE))
    return problem(`Node.js ${version}`, `install Node.js ${OLDEST_NODE.join(".")} or newer`);
  const installed = DEPLOY_TOOLS.filter(({ name }) =>
    existsSync(join(dirname(out), "node_modules", name)),
  );
  const [cli] = installed;
  return cli === undefined || installed.some(({ starts }) => starts(version))
    ? good(`Node.js ${version}`)
    : problem(
        `Node.js ${version}, on which ${cli.name} does not start`,
        `install Node.js ${cli.on}, or run terraform apply in the folder of the stack`,
      );
}

async function terraformVersion({ environment, signal }: DoctorSetup) {
  // The variable of the CLIs of cdktf and cdktn.
  const binary = environment.TERRAFORM_BINARY_NAME || "terraform";
  const install = `install Terraform ${OLDEST_TERRAFORM.join(".")} or newer, or set TERRAFORM_BINARY_NAME to the command that you have, such as tofu (OpenTofu ${OLDEST_OPENTOFU.join(".")} or newer)`;
  let answer: unknown;
  try {
    const run = promisify(execFile);
    const options = { env: { ...environment, CHECKPOINT_DISABLE: "1" }, signal };
    answer = JSON.parse((await run(binary, ["version", "-json"], options)).stdout);
  } catch {
    return problem(`the command ${binary} tells no version`, install);
  }
  const version = z.object({ terraform_version: z.string() }).safeParse(answer)
    .data?.terraform_version;
  if (version === undefined) return problem(`the command ${binary} tells no version`, install);
  return isAtLeast(version, binary.endsWith("tofu") ? OLDEST_OPENTOFU : OLDEST_TERRAFORM)
    ? good(`${binary} ${version}`)
    : problem(`${binary} ${version}`, install);
}

const stackFile = z.object({
  terraform: z.object({ backend: z.record(z.string(), z.unknown()).optional() }).optional(),
});

function stateBackend({ out }: DoctorSetup) {
  const folder = join(out, "stacks");
  let stacks: string[];
  try {
    stacks = readdirSync(folder);
  } catch {
    return notSynthesized({ out });
  }
  const local = stacks.filter((stack) => {
    const file = join(folder, stack, "cdk.tf.json");
    const { terraform } = parseJson(stackFile, readText(file), file);
    return Object.keys(terraform?.backend ?? { local: {} }).includes("local");
  });
  return local.length === 0
    ? good("every stack keeps its state in a shared backend")
    : problem(
        `the state of ${local.join(", ")} lies in a file on this machine, and it can hold payloads`,
        "name a backend that encrypts and locks: the field backend of the environment",
      );
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

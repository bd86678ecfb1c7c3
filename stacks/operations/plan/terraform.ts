import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import type { PlanFile } from "../../review/read/find-plans.ts";
import { parsePlan } from "../../review/read/parse-plan.ts";
import { parseSynthesized } from "../../review/read/synthesized.ts";
import { type EndedProcess, runProcess } from "./run.ts";

/** How a stack is planned. */
export interface PlanOptions {
  readonly binary: string;
  readonly environment: EnvironmentVariables;
  readonly signal: AbortSignal;
  /** Leave the plan's JSON beside cdk.tf.json, readable by this user only. */
  readonly keep: boolean;
  /** Leave a plan that can be applied as `tfplan` beside cdk.tf.json, readable by this user only. */
  readonly save: boolean;
  progress(step: string): void;
}

/** What Terraform reads back with `terraform apply`. */
export const SAVED_PLAN = "tfplan";

/** A plan, or why there is none. */
export type Planned =
  | { readonly file: PlanFile }
  | { readonly stack: string; readonly failure: string };

/**
 * Initializes, plans and shows one stack. The plan lies in a folder of its own that only this user
 * can read, and goes with it. A plan that failed is read all the same where Terraform wrote one.
 *
 * @throws KitError `terraform_missing`
 */
export async function planStack(
  stack: string,
  folder: string,
  options: PlanOptions,
): Promise<Planned> {
  const { binary, keep, save, progress } = options;
  const directory = await mkdtemp(join(tmpdir(), "rotation-kit-plan-"));
  const saved = join(directory, SAVED_PLAN);
  const terraform = async (...args: readonly string[]): Promise<EndedProcess> => {
    try {
      return await runProcess([binary, ...args], {
        cwd: folder,
        environment: { ...options.environment, TF_INPUT: "0", TF_IN_AUTOMATION: "1" },
        signal: options.signal,
      });
    } catch (cause) {
      options.signal.throwIfAborted();
      throw new KitError("terraform_missing", { binary }, { cause });
    }
  };
  try {
    const name = basename(binary);
    progress(`${name} init`);
    const initialized = await terraform("init", "-input=false", "-no-color");
    if (initialized.code !== 0) return { stack, failure: reasonOf("init", initialized) };
    progress(`${name} plan`);
    const planned = await terraform("plan", "-input=false", "-no-color", `-out=${saved}`);
    progress(`${name} show`);
    const shown = await terraform("show", "-json", "-no-color", saved);
    if (shown.code !== 0) return { stack, failure: reasonOf(`${name} plan`, planned) };
    const file: PlanFile = {
      ...parsePlan(shown.stdout, `the plan of ${stack}`),
      stack,
      synthesized: parseSynthesized(await readFile(join(folder, "cdk.tf.json"), "utf8")),
    };
    if (keep) await write(join(folder, "plan.json"), shown.stdout);
    if (save && !file.plan.errored) await write(join(folder, SAVED_PLAN), await readFile(saved));
    return { file };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function write(file: string, content: Buffer): Promise<void> {
  await writeFile(file, content, { mode: 0o600 });
  // A file that was there before keeps its mode.
  await chmod(file, 0o600);
}

/** Titles of errors that hold no value of anybody; of others the review says only that there is one. */
const TITLES =
  /^(?:[╷│╵] )?Error: (Instance cannot be destroyed|Resource precondition failed|Resource postcondition failed|No value for required variable|Invalid provider configuration|Failed to query available provider packages|Inconsistent dependency lock file|Error acquiring the state lock|Backend initialization required.*|Reference to undeclared resource|Duplicate resource .*configuration)$/gm;

function reasonOf(command: string, { stderr }: EndedProcess): string {
  const titles = [...new Set([...stderr.matchAll(TITLES)].map(([, title]) => title))];
  const why =
    titles.length > 0 ? titles.join(", ") : `run ${command} in the stack's folder to see why`;
  return `Planning failed: ${command} left no plan (${why})`;
}

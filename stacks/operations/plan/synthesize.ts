import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import { namesCredential } from "../../../common/credential.ts";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { TRACE_CONTEXT } from "../../akeyless/declared-at.ts";
import { SecretValues } from "../../review/conceal/secret-values.ts";
import { SEVERITIES, type Severity } from "../../rules/severity.ts";
import { runProcess } from "./run.ts";
import { SAVED_PLAN } from "./terraform.ts";

const projectSchema = z.looseObject({
  app: z.string().min(1),
  output: z.string().default("cdktf.out"),
  context: z.record(z.string(), z.unknown()).default({}),
});

/** A finding by which the rules refused a synthesis. */
interface Refusal {
  readonly path: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

/** What a synthesis came to; what it says is without the credentials of the environment. */
export type Synthesis =
  | { readonly stacks: readonly string[]; readonly folder: string }
  | { readonly refusals: readonly Refusal[]; readonly complaint: string };

/** The line by which applyRules refuses: cdktf puts the construct's path before it. */
const REFUSAL = new RegExp(`^\\[(.+?)\\] (AKR\\d{3}) \\((${SEVERITIES.join("|")})\\): (.+)$`, "gm");

/**
 * Runs the app that cdktf.json names, as the cdktf CLI does.
 *
 * @throws KitError `project_missing`, or `synthesis_failed` for what no rule has refused
 */
export async function synthesize(
  project: string,
  environment: EnvironmentVariables,
  signal: AbortSignal,
): Promise<Synthesis> {
  const { app, output, context } = readProject(project);
  const folder = join(project, output);
  const { code, stderr } = await runProcess(["sh", "-c", app], {
    cwd: project,
    environment: {
      ...environment,
      CDKTF_OUTDIR: output,
      CDKTF_CONTEXT_JSON: JSON.stringify({ ...context, [TRACE_CONTEXT]: repositoryOf(project) }),
    },
    signal,
  });
  if (code === 0) return { folder, stacks: stacksIn(folder) };
  const complaint = credentialsOf(environment).hide(stderr);
  const refusals = [...complaint.matchAll(REFUSAL)].map(
    ([, path = "", rule = "", severity = "", message = ""]): Refusal => ({
      path,
      rule,
      severity: severity as Severity,
      message,
    }),
  );
  return { refusals, complaint };
}

/**
 * Removes the plans that earlier runs saved: nobody may apply one of them for this run, however it ends.
 *
 * @throws KitError `project_missing`
 */
export function removeSavedPlans(project: string): void {
  const folder = join(project, readProject(project).output);
  for (const stack of stacksIn(folder)) {
    rmSync(join(folder, "stacks", stack, SAVED_PLAN), { force: true });
  }
}

/** The shell's words for a folder: no password, although one reads like it. */
const FOLDERS = new Set(["PWD", "OLDPWD"]);

/** What the environment holds as credentials: an app may print anything of it. */
function credentialsOf(environment: EnvironmentVariables): SecretValues {
  const secrets = new SecretValues();
  for (const [name, value = ""] of Object.entries(environment)) {
    if (namesCredential(name) && !FOLDERS.has(name)) secrets.add(value);
  }
  return secrets;
}

/** The folder to which a place in the code is relative: the repository's, else the project's. */
function repositoryOf(project: string): string {
  for (let folder = resolve(project); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return resolve(project);
  }
}

function readProject(project: string) {
  try {
    return projectSchema.parse(JSON.parse(readFileSync(join(project, "cdktf.json"), "utf8")));
  } catch (cause) {
    throw new KitError("project_missing", {}, { cause });
  }
}

function stacksIn(folder: string): string[] {
  try {
    return readdirSync(join(folder, "stacks")).sort();
  } catch {
    return [];
  }
}

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { DeployCli } from "./deploy-cli.ts";
import { HarnessError } from "./harness-error.ts";
import { type Finished, runCommand } from "./processes.ts";

const checkout = path.resolve(import.meta.dirname, "../..");
const app = path.join(import.meta.dirname, "deployment", "main.ts");
const kit = path.join(checkout, "cli.ts");
const loader = import.meta.resolve("tsx");

/** Options of {@link createTerraformProject}. */
export interface TerraformProjectOptions {
  /** The command line that deploys. @default - synthesis, and then Terraform directly */
  readonly cli?: DeployCli | undefined;
  /** Id of the stack that the app declares and that is deployed. */
  readonly stack: string;
  /** Environment of the synthesis and of Terraform. */
  readonly env: Readonly<Record<string, string>>;
  /** Name or path of the Terraform (or OpenTofu) binary. */
  readonly binary: string;
  readonly signal?: AbortSignal;
}

/**
 * The project's own CDKTF app, deployed from a temporary folder: state, lock file and synthesized
 * code stay out of the checkout.
 */
export interface TerraformProject {
  readonly directory: string;
  /** The folder with cdk.tf.json in which Terraform itself can be called. */
  readonly stackDirectory: string;
  deploy(env?: Readonly<Record<string, string>>): Promise<string>;
  /** The plan's text, and whether it would change anything. */
  diff(env?: Readonly<Record<string, string>>): Promise<{ text: string; changes: boolean }>;
  destroy(env?: Readonly<Record<string, string>>): Promise<string>;
  /** `rotation-kit plan` with further arguments: what the review says of a change, and its code. */
  review(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<Pick<Finished, "code" | "stdout">>;
  /** Any other Terraform command in the stack's folder. */
  terraform(args: readonly string[]): Promise<Finished>;
  /** Removes the folder. */
  remove(): Promise<void>;
}

/** Creates the temporary project folder; nothing runs yet. */
export async function createTerraformProject(
  options: TerraformProjectOptions,
): Promise<TerraformProject> {
  const directory = await mkdtemp(path.join(tmpdir(), "rotation-kit-deploy-"));
  const appCommand = [process.execPath, "--import", loader, app];
  const settings = JSON.parse(await readFile(path.join(checkout, "cdktf.json"), "utf8"));
  const own = JSON.stringify({ ...settings, app: shellCommand(appCommand) });
  await writeFile(path.join(directory, "cdktf.json"), own);
  const stackDirectory = path.join(directory, "cdktf.out", "stacks", options.stack);
  // Without TF_INPUT=0 Terraform asks for a missing variable on the terminal that cdktf gives it, forever.
  const base = { ...options.env, TERRAFORM_BINARY_NAME: options.binary, TF_INPUT: "0" };

  const run = async (
    doing: string,
    command: string,
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>> = {},
  ) => {
    const signal = options.signal ? { signal: options.signal } : {};
    const finished = await runCommand(command, args, { cwd, env: { ...base, ...env }, ...signal });
    options.signal?.throwIfAborted();
    if (finished.code !== 0) throw deploymentError(doing, finished);
    return finished.stdout;
  };
  const viaCli = (
    { name, script }: DeployCli,
    verb: string,
    flags: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) =>
    run(
      `${name} ${verb}`,
      process.execPath,
      [script, verb, options.stack, ...flags],
      directory,
      env,
    );
  const synthesize = async (env?: Readonly<Record<string, string>>) => {
    await run("the synthesis", process.execPath, appCommand.slice(1), directory, env);
    await run("terraform init", options.binary, ["init", "-input=false"], stackDirectory, env);
  };
  const terraform = (args: readonly string[], env?: Readonly<Record<string, string>>) =>
    run(`terraform ${args[0]}`, options.binary, args, stackDirectory, env);

  // The CLI's own provider locking asks the public registry and ignores a filesystem mirror.
  const lockFlag = "--skip-provider-lock";
  const { cli } = options;
  return {
    directory,
    stackDirectory,
    deploy: async (env) => {
      if (cli) return viaCli(cli, "deploy", ["--auto-approve", lockFlag], env);
      await synthesize(env);
      return terraform(["apply", "-auto-approve", "-input=false", "-no-color"], env);
    },
    diff: async (env) => {
      let text: string;
      if (cli) {
        text = await viaCli(cli, "diff", [lockFlag], env);
      } else {
        await synthesize(env);
        text = await terraform(["plan", "-input=false", "-no-color"], env);
      }
      return { text, changes: !/No changes\./.test(text) };
    },
    destroy: async (env) => {
      if (cli) return viaCli(cli, "destroy", ["--auto-approve", lockFlag], env);
      await synthesize(env);
      return terraform(["destroy", "-auto-approve", "-input=false", "-no-color"], env);
    },
    review: async (args, env) => {
      const words = ["--import", loader, kit, "plan", options.stack, ...args];
      const signal = options.signal ? { signal: options.signal } : {};
      const finished = await runCommand(process.execPath, words, {
        cwd: directory,
        env: { ...base, ...env },
        ...signal,
      });
      options.signal?.throwIfAborted();
      if (finished.code === 1) throw deploymentError("rotation-kit plan", finished);
      return finished;
    },
    terraform: (args) =>
      runCommand(options.binary, args, {
        cwd: stackDirectory,
        env: base,
        ...(options.signal ? { signal: options.signal } : {}),
      }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Quotes each word for the shell in which the cdktf CLI runs its `--app`. */
function shellCommand(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/**
 * One sentence that says what failed and why: what a step of the kit said, else Terraform's first
 * error with its explanation. The whole output goes along as the cause.
 */
function deploymentError(doing: string, finished: Finished): HarnessError {
  const output = stripVTControlCharacters(`${finished.stdout}\n${finished.stderr}`);
  const said = /(?:^|\(local-exec\): )([a-z]+_[a-z_]+: .+)/m.exec(output)?.[1];
  const why = said ?? terraformError(output) ?? `it ended with code ${finished.code}`;
  return new HarnessError("deploy_failed", `${doing} failed: ${why}`, { cause: output });
}

/** Terraform's first error: its title and its last paragraph, without the frame around them. */
function terraformError(output: string): string | undefined {
  const [, after] = output.split("Error: ", 2);
  if (after === undefined) return undefined;
  const [block = ""] = after.split("╵", 1);
  const lines = block.split("\n").map((line) => line.replace(/^[^│]*│\s*/, "").trim());
  const paragraphs = lines
    .join("\n")
    .trim()
    .split(/\n{2,}/);
  const [title = "", ...rest] = paragraphs;
  const explanation = rest.filter((paragraph) => !/^(with|on) /.test(paragraph)).at(-1);
  return [title, explanation].filter(Boolean).join(": ").replaceAll("\n", " ");
}

import { spawn } from "node:child_process";
import { defined } from "../../../common/defined.ts";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { readFailure } from "../../../common/read-failure.ts";
import { type Marked, withMarks } from "./marks.ts";

/** Where Terraform keeps a state, and how it is started. */
export interface StateAt {
  /** A folder in which `terraform init` has run, such as cdktf.out/stacks/production. */
  readonly directory: string;
  /** TERRAFORM_BINARY_NAME chooses another program, as it does for cdktf. */
  readonly environment: EnvironmentVariables;
  /** Ends Terraform. */
  readonly signal?: AbortSignal;
}

/**
 * The state as text, through Terraform, wherever it is kept. It stays in memory: no file, no output.
 *
 * @throws KitError `state_unreadable`
 */
export const pullState = (at: StateAt): Promise<string> => terraform(at, ["state", "pull"]);

/**
 * Reads the state, and which values it does not mark.
 *
 * @throws KitError `state_unreadable`
 */
export async function readMarks(at: StateAt): Promise<Marked> {
  const text = await pullState(at);
  try {
    return withMarks(text);
  } catch {
    throw new KitError("state_unreadable.unknown", { directory: at.directory });
  }
}

/**
 * Stores the state with every mark. Terraform locks it, and refuses where it changed meanwhile.
 *
 * @throws KitError `state_unreadable`
 */
export async function storeMarks(at: StateAt, { state }: Marked): Promise<void> {
  await terraform(at, ["state", "push", "-"], state);
}

/** What Terraform says of a failure goes to nobody: it may quote the state. */
async function terraform(at: StateAt, args: readonly string[], input = ""): Promise<string> {
  const binary = at.environment.TERRAFORM_BINARY_NAME || "terraform";
  const child = spawn(binary, args, {
    cwd: at.directory,
    env: { ...at.environment, TF_INPUT: "0" },
    stdio: ["pipe", "pipe", "ignore"],
    ...defined({ signal: at.signal }),
  });
  const failed = (reason: string) =>
    new KitError("state_unreadable", { command: `${binary} ${args.join(" ")}`, reason });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const output: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => output.push(part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(failed(readFailure(error))));
    child.once("close", resolve);
  });
  if (code !== 0) throw failed(`exit code ${code}`);
  return Buffer.concat(output).toString("utf8");
}

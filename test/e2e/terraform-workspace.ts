import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Finished, runCommand } from "../harness/processes.ts";
import { type Running, startTerraform } from "./running-terraform.ts";

/** What every configuration of these tests starts with; the login comes from the environment. */
const PREAMBLE = `
terraform {
  required_providers {
    akeyless = { source = "akeyless-community/akeyless", version = "~> 2.0" }
    null     = { source = "hashicorp/null", version = "~> 3.2" }
  }
}
`;

/** A temporary folder with a Terraform configuration and its state. */
export interface Workspace {
  readonly directory: string;
  /** Where Terraform and its providers put temporary files. */
  readonly temporary: string;
  /** Replaces the configuration; `terraform init` runs the first time. */
  configure(configuration: string): Promise<void>;
  /** Runs Terraform and returns how it ended, whichever way. */
  run(...args: readonly string[]): Promise<Finished>;
  /** Runs Terraform and throws its output where it fails. Returns stdout. */
  succeed(...args: readonly string[]): Promise<string>;
  /** Plans; whether anything would change, and the plan's text. Throws where planning fails. */
  plan(...args: readonly string[]): Promise<{ readonly changes: boolean; readonly text: string }>;
  apply(...args: readonly string[]): Promise<string>;
  /** Starts Terraform in a process group of its own, as a shell does. */
  start(...args: readonly string[]): Running;
  /** The attributes of a resource in the state file. */
  state(address: string): Promise<Readonly<Record<string, unknown>>>;
  remove(): Promise<void>;
}

/** Creates a workspace; `environment` comes on top of this process's PATH and HOME. */
export async function createWorkspace(
  environment: Readonly<Record<string, string>>,
): Promise<Workspace> {
  const directory = await mkdtemp(path.join(tmpdir(), "rotation-kit-terraform-"));
  const { PATH = "", HOME = "" } = process.env;
  const temporary = path.join(directory, "tmp");
  await mkdir(temporary);
  const env = { PATH, HOME, TMPDIR: temporary, ...environment };
  let initialized = false;

  const run = (...args: readonly string[]) =>
    runCommand("terraform", [...args, "-no-color"], { cwd: directory, env });
  const succeed = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
    return stdout;
  };
  return {
    directory,
    temporary,
    configure: async (configuration) => {
      await writeFile(path.join(directory, "main.tf"), PREAMBLE + configuration);
      if (!initialized) await succeed("init", "-input=false");
      initialized = true;
    },
    run,
    succeed,
    plan: async (...args) => {
      const { code, stdout, stderr } = await run("plan", "-detailed-exitcode", ...args);
      if (code !== 0 && code !== 2) throw new Error(`terraform plan failed:\n${stderr}`);
      return { changes: code === 2, text: stdout };
    },
    apply: (...args) => succeed("apply", "-auto-approve", ...args),
    start: (...args) => startTerraform(args, { cwd: directory, env }),
    state: async (address) => {
      const [type, name] = address.split(".");
      const state = JSON.parse(await readFile(path.join(directory, "terraform.tfstate"), "utf8"));
      const resource = state.resources.find(
        (item: { type: string; name: string }) => item.type === type && item.name === name,
      );
      return resource.instances[0].attributes;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

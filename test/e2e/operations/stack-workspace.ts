import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, LocalBackend } from "cdktf";
import { onTestFinished } from "vitest";
import type { Realisation } from "../../../stacks/constructs/index.ts";
import { RotationStack } from "../../../stacks/rotation-stack.ts";
import type { Gateway } from "../../harness/gateway/index.ts";
import { type Finished, runCommand } from "../../harness/processes.ts";
import { installProvider } from "../../harness/terraform-provider/install.ts";
import { KIT_COMMAND } from "../kit-command.ts";

/** A stack that a test synthesizes again and again, and the Terraform that runs it. */
export interface StackWorkspace {
  /** What cdktf calls `cdktf.out`. */
  readonly out: string;
  /** Synthesizes the stack `prod` with what `declare` adds; `terraform init` runs the first time. */
  synthesize(declare: (stack: RotationStack) => void, realisation: Realisation): Promise<void>;
  /** Runs Terraform in the stack's folder and returns how it ended, whichever way. */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Finished>;
  /** Runs Terraform, throws its output where it fails, and returns stdout. */
  succeed(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>;
  apply(environment?: Readonly<Record<string, string>>): Promise<string>;
  /** Whether a plan would change anything. */
  planChanges(environment?: Readonly<Record<string, string>>): Promise<boolean>;
  /** The state file, as text. */
  state(): Promise<string>;
}

/** Creates a workspace for one test; everything goes when the test ends. */
export async function createStackWorkspace(gateway: Gateway): Promise<StackWorkspace> {
  const directory = await mkdtemp(join(tmpdir(), "rotation-kit-operations-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const out = join(directory, "cdktf.out");
  const stateFile = join(directory, "terraform.tfstate");
  const cwd = join(out, "stacks", "prod");
  const { environment: provider } = await installProvider(join(directory, "provider"));
  const { PATH = "", HOME = "" } = process.env;
  const base = {
    PATH,
    HOME,
    ...provider,
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  };
  const run: StackWorkspace["run"] = (args, environment = {}) =>
    runCommand("terraform", [...args, "-no-color"], { cwd, env: { ...base, ...environment } });
  const succeed: StackWorkspace["succeed"] = async (args, environment) => {
    const { code, stdout, stderr } = await run(args, environment);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
    return stdout;
  };
  let initialized = false;
  return {
    out,
    synthesize: async (declare, realisation) => {
      const app = new App({ outdir: out });
      const stack = new RotationStack(app, "prod", {
        rotatorUrl: "https://rotator.test/rotate",
        intervalUnit: "days",
        secureRemoteAccess: "enabled",
        deleteProtection: false,
        kitCommand: KIT_COMMAND,
        realisation,
        backend: (scope) => new LocalBackend(scope, { path: stateFile }),
      });
      declare(stack);
      app.synth();
      if (!initialized) await succeed(["init", "-input=false"]);
      initialized = true;
    },
    run,
    succeed,
    apply: (environment) => succeed(["apply", "-auto-approve", "-input=false"], environment),
    planChanges: async (environment) => {
      const { code, stderr } = await run(
        ["plan", "-detailed-exitcode", "-input=false"],
        environment,
      );
      if (code !== 0 && code !== 2) throw new Error(`terraform plan failed:\n${stderr}`);
      return code === 2;
    },
    state: () => readFile(stateFile, "utf8"),
  };
}

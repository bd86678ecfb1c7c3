import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, LocalBackend, TerraformStack } from "cdktf";
import {
  applySettings,
  GatewayProvider,
  type GatewayProviderProps,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { type Gateway, type GatewayOptions, startGateway } from "../../../harness/gateway/index.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { type Finished, runCommand } from "../../../harness/processes.ts";
import {
  type InstallOptions,
  installProvider,
} from "../../../harness/terraform-provider/install.ts";
import {
  type RotatorDouble,
  startRotatorDouble,
} from "../../../unit/harness/gateway/rotator-double.ts";
import { KIT_COMMAND } from "../../kit-command.ts";
import { type Running, startTerraform } from "../../running-terraform.ts";

/** What a test declares in its stack; `rotator` is a Web Target that points at the double. */
export type Declare = (stack: TerraformStack, rotator: WebTarget) => void;

/** How the stack finds its gateway; without it by the environment. */
export type GatewayOf = (stack: TerraformStack) => GatewayProviderProps;

/** A working folder in which real Terraform runs, and its state. */
interface Stack {
  /** The folder with cdk.tf.json and the state. */
  readonly folder: string;
  /** Synthesizes what is declared and initializes Terraform. */
  synthesize(declare: Declare, gateway?: GatewayOf): Promise<void>;
  /** Runs Terraform in the folder; rejects when it fails, unless `mayFail`. */
  terraform(args: readonly string[], options?: TerraformOptions): Promise<Finished>;
  /** Starts Terraform in the folder and does not wait for its end. */
  start(args: readonly string[]): Running;
  /** Synthesizes and applies. */
  deploy(declare: Declare, gateway?: GatewayOf): Promise<Finished>;
  /** The actions that a plan holds for resources, as `type.name: action`; without "no-op". */
  plannedActions(): Promise<string[]>;
  /** The state file as text. */
  state(): Promise<string>;
}

/** A stack, with a gateway and a rotator. */
export interface Stage extends Stack {
  readonly gateway: Gateway;
  readonly rotator: RotatorDouble;
  /** The environment of Terraform. */
  readonly environment: Readonly<Record<string, string>>;
  /** Another stack, with a state of its own, at the same gateway. */
  beside(id: string): Stage;
  /** Stops the servers and removes the folder. */
  stop(): Promise<void>;
}

/** How {@link Stage.terraform} runs. */
export interface TerraformOptions {
  readonly mayFail?: boolean;
  /** Added to the environment, for this run. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The password that the account has before the first rotation. */
export const INITIAL_PASSWORD = "initial-password-7Q";

/** Starts everything for one story; the caller stops it. */
export async function setStackStage(
  options: GatewayOptions = {},
  binary: "terraform" | "tofu" = "terraform",
  provider: InstallOptions = {},
): Promise<Stage> {
  const directory = await mkdtemp(path.join(tmpdir(), "rotation-kit-constructs-"));
  const authority = await createAuthority();
  const [{ environment }, rotator, gateway] = await Promise.all([
    installProvider(path.join(directory, "provider"), provider),
    startRotatorDouble(await authority.issue({ hosts: ["localhost"] })),
    startGateway({ ...options, trustedAuthority: authority.cert }),
  ]);
  rotator.answer = ({ body }) =>
    JSON.stringify({
      ...JSON.parse(body.payload),
      current_password: `rotated-${rotator.requests.length}`,
    });

  const env = {
    ...(process.env as Record<string, string>),
    ...environment,
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
    TF_VAR_password: INITIAL_PASSWORD,
  };
  const stop = async () => {
    await Promise.all([gateway.stop(), rotator.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
  const shared = { gateway, rotator, environment: env, stop };
  const beside = (id: string): Stage => ({
    ...shared,
    ...stackIn({ directory, id, env, binary, rotatorUrl: rotator.url }),
    beside,
  });
  return beside("test");
}

interface StackOptions {
  readonly directory: string;
  readonly id: string;
  readonly env: Readonly<Record<string, string>>;
  readonly binary: "terraform" | "tofu";
  readonly rotatorUrl: string;
}

/** One stack of the stage: its folder, its state, and Terraform in it. */
function stackIn({ directory, id, env, binary, rotatorUrl }: StackOptions): Stack {
  const outdir = path.join(directory, `cdktf.out-${id}`);
  const folder = path.join(outdir, "stacks", id);
  const stateFile = path.join(directory, `${id}.tfstate`);
  let initialized = false;

  const terraform: Stage["terraform"] = async (args, options = {}) => {
    const { mayFail = false } = options;
    const finished = await runCommand(binary, [...args, "-no-color"], {
      cwd: folder,
      env: { ...env, ...options.env },
    });
    if (finished.code !== 0 && !mayFail) {
      throw new Error(`${binary} ${args.join(" ")}: ${finished.stdout}\n${finished.stderr}`);
    }
    return finished;
  };
  const synthesize: Stage["synthesize"] = async (declare, gatewayOf) => {
    const app = new App({ outdir, context: { cdktfRelativeModules: [] } });
    const stack = new TerraformStack(app, id);
    new LocalBackend(stack, { path: stateFile });
    applySettings(stack, { intervalUnit: "days", kitCommand: KIT_COMMAND });
    new GatewayProvider(stack, "Gateway", gatewayOf?.(stack));
    const name = id === "test" ? "/rotator" : `/rotator-of-${id}`;
    declare(stack, new WebTarget(stack, "rotator", { name, url: rotatorUrl }));
    app.synth();
    if (!initialized) await terraform(["init", "-input=false"]);
    initialized = true;
  };
  return {
    folder,
    synthesize,
    terraform,
    start: (args) => startTerraform(args, { cwd: folder, env }),
    deploy: async (declare, gatewayOf) => {
      await synthesize(declare, gatewayOf);
      return terraform(["apply", "-auto-approve", "-input=false"]);
    },
    plannedActions: async () => {
      await terraform(["plan", "-input=false", "-out=plan"]);
      const { stdout } = await terraform(["show", "-json", "plan"]);
      const plan = JSON.parse(stdout) as {
        resource_changes?: { address: string; change: { actions: string[] } }[];
      };
      return (plan.resource_changes ?? [])
        .map(({ address, change }) => `${address}: ${change.actions.join("+")}`)
        .filter((line) => !line.endsWith(": no-op"));
    },
    state: () => readFile(stateFile, "utf8"),
  };
}

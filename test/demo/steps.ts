import { existsSync } from "node:fs";
import { reviewSchema } from "../../stacks/review/review-schema.ts";
import { fateText, nameOf, openGroups } from "../../stacks/review/say/words.ts";
import { HarnessError } from "../harness/harness-error.ts";
import { isAlive } from "../harness/processes.ts";
import { createTerraformProject, type TerraformProject } from "../harness/terraform-project.ts";
import { installProvider } from "../harness/terraform-provider/install.ts";
import { startTestbed, TESTBED_ITEM, type Testbed } from "../harness/testbed.ts";
import { deployByApi } from "./by-api.ts";
import { findPrerequisites, INSTALL_TERRAFORM, type Prerequisites } from "./prerequisites.ts";
import { currentPassword, proveRotation, rotateWithSdk } from "./proof.ts";

/** How the demo's stack is deployed: by Terraform, or without it. */
export type DemoDeployment = Pick<TerraformProject, "directory" | "deploy" | "destroy" | "remove"> &
  Partial<Pick<TerraformProject, "diff" | "review">>;

/** What the steps share; each fills in what the next ones need. */
export interface DemoStage {
  readonly provider: "stand-in" | "registry";
  readonly signal: AbortSignal;
  /** Run in reverse order at the end, whatever happened. */
  readonly cleanups: (() => Promise<void>)[];
  prerequisites?: Prerequisites;
  testbed?: Testbed;
  project?: DemoDeployment;
  /** The password that was in force before the last rotation. */
  before?: string;
}

/** A step that this machine cannot run, and why. */
export interface Skipped {
  readonly skipped: string;
}

/** One step: what it does, and what it proved as a sentence. */
export interface DemoStep {
  readonly name: string;
  readonly title: string;
  run(stage: DemoStage): Promise<string | Skipped>;
}

const DAY_MS = 86_400_000;

/** The steps in their order. */
export const steps: readonly DemoStep[] = [
  {
    name: "prerequisites",
    title: "Look for Node.js, Terraform and a CLI that deploys",
    run: async (stage) => {
      stage.prerequisites = await findPrerequisites(machineEnvironment(), stage.signal);
      const { terraform, cli } = stage.prerequisites;
      const node = `Node.js ${process.versions.node}`;
      if (terraform === undefined) {
        if (stage.provider === "registry") {
          throw failed(`--provider registry needs Terraform: ${INSTALL_TERRAFORM}`);
        }
        return `${node}, no Terraform: its steps are skipped, and the kit creates the same items through the API\n${INSTALL_TERRAFORM}`;
      }
      const how = cli ? `${cli.name}-cli ${cli.version}` : "no CLI that starts on it";
      return `${node}, ${terraform.binary} ${terraform.version}, ${how}`;
    },
  },
  {
    name: "start",
    title: "Start the reporting application, the rotator and the emulated gateway",
    run: async (stage) => {
      const testbed = await startTestbed(stage.signal);
      stage.testbed = testbed;
      stage.cleanups.push(() => testbed.stop());
      return `application ${testbed.app.url}, rotator ${testbed.rotator.url}, gateway ${testbed.gateway.tlsUrl} and ${testbed.gateway.url}`;
    },
  },
  {
    name: "deploy",
    title: "Deploy a Web Target and a custom rotated secret",
    run: async (stage) => {
      const project = await createProject(stage);
      stage.project = project;
      stage.cleanups.push(() => project.remove());
      await project.deploy();
      const testbed = testbedOf(stage);
      await proveRotation(testbed, testbed.initialPassword);
      return [
        howDeployed(stage),
        `my-rotator-target and ${TESTBED_ITEM} exist, Secure Remote Access is staged`,
        `the deployment rotated once: ${versionOf(testbed.gateway)}, the first password is dead`,
      ].join("\n");
    },
  },
  {
    name: "rotate",
    title: "Rotate now, through Akeyless's npm SDK",
    run: async (stage) => {
      const { gateway } = testbedOf(stage);
      stage.before = currentPassword(gateway);
      await rotateWithSdk(testbedOf(stage));
      return `gateway-rotate-secret answered; ${versionOf(gateway)}`;
    },
  },
  {
    name: "proof",
    title: "Proof: version, logins, log",
    run: async (stage) => {
      const testbed = testbedOf(stage);
      await proveRotation(testbed, before(stage));
      return [
        `${versionOf(testbed.gateway)}; the application accepts the new password and refuses the old one`,
        "the rotator's log: credentials validated, password changed, answer returned; none of the passwords in it, nor the API key",
      ].join("\n");
    },
  },
  {
    name: "schedule",
    title: "Move the clock by the interval: the scheduled rotation",
    run: async (stage) => {
      const testbed = testbedOf(stage);
      stage.before = currentPassword(testbed.gateway);
      const started = testbed.gateway.clock.now();
      await testbed.gateway.advanceToRotation(TESTBED_ITEM);
      const days = ((testbed.gateway.clock.now() - started) / DAY_MS).toFixed(1);
      await proveRotation(testbed, before(stage));
      return `${days} days later; ${versionOf(testbed.gateway)}; logins proved again`;
    },
  },
  {
    name: "remote-access",
    title: "Second deploy enables Secure Remote Access; a session ends; rotate after disconnect",
    run: async (stage) => {
      const testbed = testbedOf(stage);
      const { gateway } = testbed;
      const deployed = currentPassword(gateway);
      await projectOf(stage).deploy({ SRA_STAGE: "enabled" });
      await proveRotation(testbed, deployed);
      stage.before = currentPassword(gateway);
      const session = gateway.openSession(TESTBED_ITEM, "alex");
      await gateway.closeSession(session);
      await proveRotation(testbed, before(stage));
      return `a session was opened and closed; ${versionOf(gateway)}; logins proved again`;
    },
  },
  {
    name: "diff",
    title: "Plan after all these rotations",
    run: async (stage) => {
      const project = projectOf(stage);
      if (!project.diff) return { skipped: `a plan needs Terraform: ${INSTALL_TERRAFORM}` };
      const { changes, text } = await project.diff({ SRA_STAGE: "enabled" });
      if (changes) throw failed(`the plan is not empty:\n${text}`);
      return "no changes: a rotation is not drift";
    },
  },
  {
    name: "review",
    title: "Review a change that renames the secret, before anybody applies it",
    run: async (stage) => {
      const { review } = projectOf(stage);
      if (!review) return { skipped: `a review needs a plan: ${INSTALL_TERRAFORM}` };
      const renamed = { SRA_STAGE: "enabled", DEMO_ITEM: `${TESTBED_ITEM}-renamed` };
      const { stdout } = await review(["--json"], renamed);
      const { verdict, stacks } = reviewSchema.parse(JSON.parse(stdout));
      if (verdict.decision !== "stop") throw failed(`the review says "${verdict.sentence}"`);
      const passwords = stacks.flatMap((stack) =>
        stack.secrets.map((secret) => `${nameOf(secret)}: password ${fateText(secret, stack)}`),
      );
      const findings = openGroups({ stacks }).map(
        ({ severity, rule, title }) => `${severity}: ${rule} ${title}`,
      );
      return [verdict.sentence, ...passwords, ...findings].join("\n");
    },
  },
  {
    name: "destroy",
    title: "Destroy, and stop everything",
    run: async (stage) => {
      const { gateway, rotator, directory } = testbedOf(stage);
      const project = projectOf(stage);
      await project.destroy({ SRA_STAGE: "enabled" });
      if (gateway.item(TESTBED_ITEM)) throw failed(`${TESTBED_ITEM} is still on the gateway`);
      for (const cleanup of stage.cleanups.splice(0).reverse()) await cleanup();
      if (isAlive(rotator.pid)) throw failed("the rotator's process is still there");
      const left = [directory, project.directory].find(existsSync);
      if (left) throw failed(`${left} is still there`);
      return "nothing is left: no item, no process, no file outside the checkout";
    },
  },
];

/** The deployment of the demo's stack, with what Terraform and the catalog need in its environment. */
async function createProject(stage: DemoStage): Promise<DemoDeployment> {
  const testbed = testbedOf(stage);
  if (!stage.prerequisites) throw failed("the prerequisites were not looked for");
  const { terraform, cli } = stage.prerequisites;
  if (terraform === undefined) return deployByApi(testbed, stage.signal);
  const provider =
    stage.provider === "stand-in"
      ? (await installProvider(`${testbed.directory}/terraform`)).environment
      : { CI: "1", TF_IN_AUTOMATION: "1" };
  return createTerraformProject({
    binary: terraform.binary,
    cli,
    stack: "rotation-demo",
    env: {
      ...machineEnvironment(),
      ...provider,
      ...testbed.deploymentEnvironment,
    },
    signal: stage.signal,
  });
}

/** What was run, in the words that one would type. */
function howDeployed({ prerequisites }: DemoStage): string {
  const { terraform, cli } = prerequisites ?? {};
  if (terraform === undefined) return "rotation-kit item apply, rotation-kit rotate";
  return cli ? `${cli.name} deploy` : "synthesis, then terraform apply";
}

/** What child processes need of this process's environment, and nothing that would change a deployment. */
function machineEnvironment(): Record<string, string> {
  const kept = [
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "TERRAFORM_BINARY_NAME",
    "HTTPS_PROXY",
    "NO_PROXY",
  ];
  const entries = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  // Terraform's version check asks a server and leaves a file in the user's home.
  return { ...Object.fromEntries(entries), CHECKPOINT_DISABLE: "1" };
}

function testbedOf({ testbed }: DemoStage): Testbed {
  if (!testbed) throw failed("the parts were not started");
  return testbed;
}

function projectOf({ project }: DemoStage): DemoDeployment {
  if (!project) throw failed("nothing was deployed");
  return project;
}

function before(stage: DemoStage): string {
  if (stage.before === undefined) throw failed("no rotation was asked for");
  return stage.before;
}

function versionOf(gateway: Testbed["gateway"]): string {
  const versions = gateway.item(TESTBED_ITEM)?.versions ?? [];
  return `version ${versions.at(-1)?.version} is current`;
}

function failed(sentence: string): HarnessError {
  return new HarnessError("demo_failed", sentence);
}

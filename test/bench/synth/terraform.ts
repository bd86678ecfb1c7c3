import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startGateway } from "../../harness/gateway/index.ts";
import { runCommand } from "../../harness/processes.ts";
import { installProvider } from "../../harness/terraform-provider/install.ts";

/** What Terraform took for the same number of resources, in milliseconds by the clock. */
export interface TerraformTimes {
  readonly resources: number;
  readonly plan: { readonly akeyless: number; readonly builtIn: number };
  readonly apply: { readonly akeyless: number; readonly builtIn: number };
  /** A plan over what exists: reads every resource again. */
  readonly replan: { readonly akeyless: number; readonly builtIn: number };
}

/** Plans, applies and plans again: secrets on the stand-in provider, and built-in resources. */
export async function timeTerraform(directory: string, count: number): Promise<TerraformTimes> {
  const gateway = await startGateway();
  try {
    const { environment } = await installProvider(join(directory, "provider"));
    const { PATH = "", HOME = "" } = process.env;
    const env = {
      PATH,
      HOME,
      ...environment,
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
    };
    const akeyless = await timeOne(join(directory, "akeyless"), secrets(count), env);
    const builtIn = await timeOne(join(directory, "built-in"), builtIns(count), env);
    const both = (step: keyof typeof akeyless) => ({
      akeyless: akeyless[step],
      builtIn: builtIn[step],
    });
    return { resources: count, plan: both("plan"), apply: both("apply"), replan: both("replan") };
  } finally {
    await gateway.stop();
  }
}

async function timeOne(cwd: string, configuration: object, env: Record<string, string>) {
  await mkdir(cwd);
  await writeFile(join(cwd, "main.tf.json"), JSON.stringify(configuration));
  const terraform = async (...args: string[]) => {
    const started = performance.now();
    const { code, stderr } = await runCommand("terraform", args, { cwd, env });
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} failed: ${stderr}`);
    return performance.now() - started;
  };
  await terraform("init", "-input=false");
  await terraform("plan", "-input=false"); // Warms up what the first run has to read from the disk.
  const plan = await terraform("plan", "-input=false", "-out=saved");
  const apply = await terraform("apply", "-input=false", "saved");
  const replan = await terraform("plan", "-input=false");
  return { plan, apply, replan };
}

/** One Web Target, and secrets for the rest. */
function secrets(count: number): object {
  const numbered = Array.from({ length: count - 1 }, (_, index) => [
    `secret-${index}`,
    {
      name: `/prod/app-${index}`,
      target_name: `\${akeyless_target_web.rotator.name}`,
      custom_payload: `{"system":"reporting-app","username":"svc-${index}"}`,
      lifecycle: { ignore_changes: ["custom_payload"] },
    },
  ]);
  return {
    terraform: {
      required_providers: {
        akeyless: { source: "akeyless-community/akeyless", version: "~> 2.0" },
      },
    },
    provider: { akeyless: {} },
    resource: {
      akeyless_target_web: {
        rotator: { name: "/rotator", url: "https://rotator.internal.example.com/rotate" },
      },
      akeyless_rotated_secret_custom: Object.fromEntries(numbered),
    },
  };
}

/** Resources that Terraform makes by itself, referring to each other in the same way. */
function builtIns(count: number): object {
  const numbered = Array.from({ length: count - 1 }, (_, index) => [
    `secret-${index}`,
    {
      input: {
        name: `/prod/app-${index}`,
        target_name: `\${terraform_data.rotator.output}`,
        custom_payload: `{"system":"reporting-app","username":"svc-${index}"}`,
      },
    },
  ]);
  return {
    resource: {
      terraform_data: { rotator: { input: "/rotator" }, ...Object.fromEntries(numbered) },
    },
  };
}

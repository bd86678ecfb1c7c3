import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  DriftCheck,
  RotationCheck,
  RotationPayload,
  SensitiveInput,
} from "../../../../stacks/constructs/index.ts";
import { runCommand } from "../../../harness/processes.ts";
import { installProvider } from "../../../harness/terraform-provider/install.ts";
import { NAME, secretIn } from "../declare-secret.ts";
import { type Declare, setStackStage } from "./stage.ts";

const checkout = path.resolve(import.meta.dirname, "../../../..");

test.each([
  ["JSON", {}, "cdk.tf.json"],
  ["HCL, the way out of both cdktf and cdktn", { SYNTH_HCL_OUTPUT: "true" }, "cdk.tf"],
])("Terraform takes the catalog as %s", async (_, output, file) => {
  const directory = await mkdtemp(path.join(tmpdir(), "rotation-kit-synth-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { environment } = await installProvider(path.join(directory, "provider"));
  const outdir = path.join(directory, "cdktf.out");
  const cwd = path.join(outdir, "stacks", "rotation-production");
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, ...environment, ...output, CDKTF_OUTDIR: outdir };
  const run = async (command: string, args: string[], where: string) => {
    const { code, stdout, stderr } = await runCommand(command, args, { cwd: where, env });
    expect(code, `${command} ${args.join(" ")}: ${stdout}${stderr}`).toBe(0);
    return stdout;
  };

  await run(process.execPath, ["--import", "tsx", "test/harness/deployment/main.ts"], checkout);
  expect(await readFile(path.join(cwd, file), "utf8")).toContain("akeyless_rotated_secret_custom");
  await run("terraform", ["init", "-input=false", "-no-color"], cwd);
  expect(JSON.parse(await run("terraform", ["validate", "-json"], cwd))).toMatchObject({
    valid: true,
    error_count: 0,
  });
});

/** Quotes, backslashes, line ends, and templates in Terraform's spelling. */
const HOSTILE = `say "hi" to C:\\temp\\ \\"x\\" in\ntwo lines\t%%{x} $$\{y} é`;

const hostile: Declare = (stack, rotator) => {
  const secret = secretIn(stack, rotator, {
    description: HOSTILE,
    customFields: { note: HOSTILE },
    tags: ["a", `"b"`],
    payload: new RotationPayload({
      system: "app",
      username: 'svc"\\',
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
      fields: { note: HOSTILE },
    }),
  });
  new RotationCheck(secret, "Check", { secret });
};

test("what HCL deploys is what JSON declares, whatever the texts hold", async () => {
  const stage = await setStackStage();
  onTestFinished(() => stage.stop());
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  vi.stubEnv("SYNTH_HCL_OUTPUT", "true");
  await stage.deploy(hostile);
  const text = HOSTILE.replace("%%{", "%{").replace("$${", "${");
  expect(stage.gateway.item(NAME)).toMatchObject({ description: text, tags: ['"b"', "a"] });
  expect(JSON.parse(stage.rotator.requests.at(-1)?.body.payload ?? "")).toMatchObject({
    note: text,
    username: 'svc"\\',
  });

  vi.unstubAllEnvs();
  await rm(path.join(stage.folder, "cdk.tf"));
  await stage.synthesize(hostile);
  expect(await stage.plannedActions()).toEqual([]);

  // What HCL would lose is refused.
  vi.stubEnv("SYNTH_HCL_OUTPUT", "true");
  const lost: Declare = (stack, rotator) => {
    secretIn(stack, rotator, { realisation: "out-of-state" });
    new DriftCheck(stack, "drift");
  };
  await expect(stage.synthesize(lost)).rejects.toThrow(
    "cdktf synth --hcl cannot write the blocks check and removed, without which Terraform would do something else",
  );
});

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../../../harness/processes.ts";
import { installProvider } from "../../../harness/terraform-provider/install.ts";

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

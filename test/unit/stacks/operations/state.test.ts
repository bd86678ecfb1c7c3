import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { driftCommand } from "../../../../stacks/operations/drift-command.ts";
import { withMarks } from "../../../../stacks/operations/state/marks.ts";
import { stateCommand } from "../../../../stacks/operations/state-command.ts";
import { statusCommand } from "../../../../stacks/operations/status-command.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { runKit } from "./run-command.ts";

const MARK = [{ type: "get_attr", value: "custom_payload" }];

const secret = (name: string, sensitive_attributes: unknown, rest: object = {}) => ({
  mode: "managed",
  type: "akeyless_rotated_secret_custom",
  name: "app",
  instances: [
    { schema_version: 0, attributes: { name, custom_payload: "PASSWORD" }, sensitive_attributes },
  ],
  ...rest,
});
const stateOf = (...resources: object[]) =>
  JSON.stringify({ version: 4, terraform_version: "1.11.4", serial: 7, lineage: "l", resources });

/** What a stack declares of the item, as far as a comparison needs it. */
const CODE = JSON.stringify({
  resource: {
    akeyless_rotated_secret_custom: { app: { name: "/prod/app", target_name: "/rotator" } },
  },
});

type Environment = Readonly<Record<string, string>>;
const runStatus = (args: string[]) => (env: Environment) => runKit(statusCommand, args, env);
const runDrift = (args: string[]) => (env: Environment) => runKit(driftCommand, args, env);

describe("withMarks", () => {
  it("adds the mark where it is missing, and names each item once", () => {
    const deposed = {
      instances: [{ deposed: "1a2b", attributes: { name: "/b", custom_payload: "x" } }],
    };
    const { state, unmarked } = withMarks(
      stateOf(secret("/a", [MARK]), secret("b", []), secret("/b", null, deposed)),
    );
    expect(unmarked).toEqual(["/b"]);
    const { serial, resources } = JSON.parse(state);
    expect(serial).toBe(8);
    for (const { instances } of resources) {
      expect(instances[0].sensitive_attributes).toEqual([MARK]);
    }
    expect(withMarks(state).unmarked).toEqual([]);
  });

  it("keeps the other marks, every number and everything that it does not know", () => {
    const other = [{ type: "get_attr", value: "url" }];
    const foreign =
      '{"mode":"managed","type":"x","instances":[{"attributes":{"id":12345678901234567890}}]}';
    const text = `${stateOf(secret("/a", [other])).slice(0, -2)},${foreign}]}`;
    const { state } = withMarks(text);
    expect(state).toContain("12345678901234567890");
    expect(JSON.parse(state).resources[0].instances[0].sensitive_attributes).toEqual([other, MARK]);
  });

  it("leaves alone data, items without a value, and a state without missing marks", () => {
    const data = secret("/a", [], { mode: "data" });
    const empty = { ...secret("/b", []), instances: [{ attributes: { custom_payload: "" } }] };
    const text = stateOf(data, empty, secret("/c", [MARK]));
    expect(withMarks(text)).toEqual({ state: text, unmarked: [] });
    expect(withMarks("")).toEqual({ state: "", unmarked: [] });
  });

  it("refuses a state of another version", () => {
    expect(() => withMarks('{"version":5,"serial":1,"resources":[]}')).toThrow();
  });
});

describe("rotation-kit state", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "rotation-kit-state-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A program that keeps a state in a file, as `terraform state pull|push -` do. */
  async function terraform(state: string, script = ""): Promise<{ TERRAFORM_BINARY_NAME: string }> {
    const program = path.join(folder, "terraform");
    await writeFile(path.join(folder, "kept"), state);
    await writeFile(
      program,
      `#!/bin/sh\n${script}\n[ "$2" = pull ] && exec cat kept\nexec tee kept\n`,
    );
    await chmod(program, 0o755);
    return { TERRAFORM_BINARY_NAME: program, PATH: process.env.PATH ?? "" } as never;
  }
  const run = (args: string[], environment: Readonly<Record<string, string>>) =>
    runKit(stateCommand, [...args, "--dir", folder], environment);

  it("names each item that is not marked, and marks it, without showing a value", async () => {
    const environment = await terraform(stateOf(secret("/prod/app", [])));
    const checked = await run(["check"], environment);
    expect(checked).toMatchObject({ exitCode: 2, stdout: "/prod/app not marked as sensitive\n" });
    const marked = await run(["mark"], environment);
    expect(marked).toMatchObject({ exitCode: 0, stdout: "/prod/app marked\n" });
    expect(await readFile(path.join(folder, "kept"), "utf8")).toContain('"serial":8');
    const again = await run(["check", "--json"], environment);
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, unmarked: [] });
    for (const { stdout, stderr } of [checked, marked, again]) {
      expect(stdout + stderr).not.toContain("PASSWORD");
    }
  });

  it.each([
    ["status", (stack: string) => runStatus(["--state", stack])],
    ["drift", (_: string, out: string) => runDrift(["--state", "--out", out])],
  ])("%s --state names them too, without showing a value", async (_, command) => {
    const out = path.join(folder, "out");
    const stack = path.join(out, "stacks", "prod");
    await mkdir(stack, { recursive: true });
    await writeFile(path.join(stack, "cdk.tf.json"), CODE);
    const { gateway, createSecret } = await setStage();
    await createSecret({ name: "/prod/app" });
    const terraformEnvironment = await terraform(stateOf(secret("/prod/app", [])));
    await rename(path.join(folder, "kept"), path.join(stack, "kept"));
    const run = await command(
      stack,
      out,
    )({
      ...terraformEnvironment,
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
    });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("/prod/app: Terraform's state does not mark its value");
    expect(run.stdout + run.stderr).not.toContain("PASSWORD");
  });

  it.each([
    ["Terraform fails", "echo PASSWORD >&2; exit 3", /terraform state pull failed \(exit code 3\)/],
    ["what comes is not a state", "echo PASSWORD; exit 0", /has an unknown format/],
  ])("says what is wrong when %s, without its words", async (_, script, expected) => {
    const environment = await terraform("", script);
    const failed = run(["mark"], environment);
    await expect(failed).rejects.toThrow(expected);
    await expect(failed).rejects.not.toThrow(/PASSWORD/);
  });

  it("says so when there is no Terraform", async () => {
    const environment = { TERRAFORM_BINARY_NAME: path.join(folder, "none") };
    await expect(run(["check"], environment)).rejects.toThrow(/ENOENT/);
  });
});

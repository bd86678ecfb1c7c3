import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  RotationCheck,
  RotationPayload,
  RotationSchedule,
  renamedFrom,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { type Declare, INITIAL_PASSWORD, type Stage, setStackStage } from "./stage.ts";

/** What could break a rendering: quotes, escapes, templates in Terraform's spelling, any script. */
const NOTE = `"quoted" back\\slash tab\t € 100 %%{x} $$\{y}`;
const NOTE_AS_TEXT = NOTE.replace("%%{", "%{").replace("$${", "${");

type Props = Partial<CustomRotatedSecretProps>;

/** Declares one secret with its check; properties add to or replace the usual ones. */
const secret =
  (props: Props = {}, { id = "app", formerly }: { id?: string; formerly?: string } = {}): Declare =>
  (stack, rotator) => {
    const declared = new CustomRotatedSecret(stack, id, {
      name: "/prod/app",
      target: rotator,
      payload: new RotationPayload({
        system: "app",
        username: "svc",
        currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
        fields: { note: NOTE },
      }),
      schedule: RotationSchedule.every(Duration.days(30)),
      description: NOTE,
      deleteProtection: false,
      ...props,
    });
    new RotationCheck(declared, "Check", { secret: declared });
    if (formerly !== undefined) renamedFrom(declared, formerly);
  };

/** Like {@link secret}, at another target. */
const secretElsewhere =
  (props: Props = {}): Declare =>
  (stack, rotator) => {
    const target = new WebTarget(stack, "other", {
      name: "/other-rotator",
      url: rotator.targetUrl,
    });
    secret({ target, ...props }, { id: "renamed" })(stack, rotator);
  };

// One story on one stage: Terraform's runs are what takes the time.
describe("a declared secret on real Terraform", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStackStage();
  });
  afterAll(() => stage.stop());

  const item = () => stage.gateway.item("/prod/app");
  const payloadOf = (text: string | undefined) => JSON.parse(text ?? "{}");
  const storedPassword = () => payloadOf(item()?.versions.at(-1)?.payload).current_password;
  const printed: string[] = [];
  const deploy = async (declare: Declare) => {
    const { stdout, stderr } = await stage.deploy(declare);
    printed.push(stdout, stderr);
  };

  it("fails the apply with the item's own error when the check finds that it does not rotate", async () => {
    const { answer } = stage.rotator;
    stage.rotator.answer = () => ({ status: 500, body: '{"code":"target_unreachable"}' });
    await stage.synthesize(secret());
    const failed = await stage.terraform(["apply", "-auto-approve"], { mayFail: true });
    stage.rotator.answer = answer;
    printed.push(failed.stdout, failed.stderr);

    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("target_unreachable");
    expect(storedPassword()).toBe(INITIAL_PASSWORD);
  });

  it("repeats the check in the next apply, rotates, and then plans no change", async () => {
    await deploy(secret());
    expect(payloadOf(stage.rotator.requests.at(-1)?.body.payload)).toEqual({
      system: "app",
      username: "svc",
      current_password: INITIAL_PASSWORD,
      note: NOTE_AS_TEXT,
      rotation_interval_s: 2_592_000,
    });
    expect(item()?.description).toBe(NOTE_AS_TEXT);
    expect(storedPassword()).toBe("rotated-2");
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("keeps the rotated password when a description is edited, and does not rotate", async () => {
    await deploy(secret({ description: "edited" }));
    expect(item()?.description).toBe("edited");
    expect(storedPassword()).toBe("rotated-2");
  });

  it("brings a changed payload to the rotator, with the live password", async () => {
    const payload = new RotationPayload({
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
      fields: { note: NOTE, region: "eu" },
    });
    await deploy(secret({ payload }));
    expect(payloadOf(stage.rotator.requests.at(-1)?.body.payload)).toMatchObject({
      region: "eu",
      current_password: "rotated-2",
    });
    expect(storedPassword()).toBe("rotated-3");
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("refuses a first password with a line end, in the plan", async () => {
    await stage.synthesize(secret());
    const plan = ["plan", "-input=false", "-var", "password=canary-Pa55word\n"];
    const { code, stdout, stderr } = await stage.terraform(plan, { mayFail: true });
    expect(code).toBe(1);
    expect(stderr).toMatch(/The password in TF_VAR_password begins or ends with\s+white space/);
    expect(stdout + stderr).not.toContain("canary");
  });

  it("switches Secure Remote Access on in place", async () => {
    const { id } = item() ?? {};
    await deploy(
      secret({ secureRemoteAccess: SecureRemoteAccess.ssh({ hosts: ["app01.internal"] }) }),
    );
    expect(item()).toMatchObject({ id, remoteAccess: { enable: true, hosts: ["app01.internal"] } });
  });

  it("moves without loss when the construct is renamed", async () => {
    await stage.synthesize(secret({}, { id: "renamed", formerly: "app" }));
    const actions = await stage.plannedActions();
    expect(actions.filter((line) => /delete|create/.test(line))).toEqual([
      expect.stringMatching(/^null_resource\.renamed_Check_/),
    ]);
    await stage.terraform(["apply", "-auto-approve"]);
    expect(await stage.state()).toContain('"renamed_');
  });

  it("takes over an item that exists with its password, which no output shows", async () => {
    const current = storedPassword();
    await stage.terraform(["state", "rm", "akeyless_rotated_secret_custom.renamed_979C5842"]);
    const adopted = await stage.deploy(secret({ adoptExisting: true }, { id: "renamed" }));
    expect(adopted.stdout + adopted.stderr).not.toContain(current);
    // The item is the one that was checked before: it keeps its password, and nothing rotates.
    expect(storedPassword()).toBe(current);
  });

  it("plans to replace the secret when its target changes", async () => {
    await stage.synthesize(secretElsewhere());
    const actions = await stage.plannedActions();
    expect(actions.find((line) => line.startsWith("akeyless_rotated_secret_custom"))).toMatch(
      /: delete\+create$/,
    );
  });

  it("refuses to delete or to change the target while delete protection is on", async () => {
    await deploy(secret({ deleteProtection: true }, { id: "renamed" }));
    await stage.synthesize(secretElsewhere({ deleteProtection: true }));
    const plan = await stage.terraform(["plan", "-input=false"], { mayFail: true });
    expect(plan.code).toBe(1);
    expect(plan.stderr).toContain("is protected from deletion, but this plan would replace it");
  });

  it("lets go of delete protection in one deploy and of the item in the next", async () => {
    await deploy(secret({}, { id: "renamed" }));
    await stage.terraform(["destroy", "-auto-approve"]);
    expect(item()).toBeUndefined();
  });

  it("has shown no password in the synthesized files or in what Terraform printed", async () => {
    const synthesized = await readFile(path.join(stage.folder, "cdk.tf.json"), "utf8");
    for (const text of [synthesized, ...printed]) {
      expect(text).not.toContain(INITIAL_PASSWORD);
      expect(text).not.toContain("rotated-");
    }
  });
});

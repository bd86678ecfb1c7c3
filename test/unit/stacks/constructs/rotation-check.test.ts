import { LocalBackend, TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import {
  type CustomRotatedSecretProps,
  Duration,
  GatewayProvider,
  ItemTags,
  PasswordPolicy,
  type Realisation,
  RotatedAppCredential,
  RotationCheck,
  type RotationCheckProps,
  RotationPayload,
  RotationSchedule,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { defaultKitCommand } from "../../../../stacks/constructs/kit-command.ts";
import { attributesOf, newSecret, newStack } from "./support.ts";

interface Step {
  triggers: Record<string, string>;
  lifecycle: object;
  provisioner: { "local-exec": Record<string, unknown> }[];
}

interface Output {
  readonly value: string;
}

const REMOTE = expect.stringMatching(/^\$\{data\.terraform_remote_state\./);

const command = ["rotation-kit"];

function step(
  props: Partial<RotationCheckProps> = {},
  secretProps: Partial<CustomRotatedSecretProps> = {},
  stack: TerraformStack = newStack(),
): Step {
  const secret = newSecret(stack, secretProps);
  const check = new RotationCheck(secret, "Check", { secret, command, ...props });
  return attributesOf(check.node.defaultChild as never) as unknown as Step;
}

const hosts = ["app.internal"];

/** A change of each setting that both ways of managing an item have, and that is not for people only. */
const OF_BOTH: Readonly<Record<string, Partial<CustomRotatedSecretProps>>> = {
  key: { key: "/keys/other" },
  maxVersions: { maxVersions: 5 },
  keepPreviousVersion: { keepPreviousVersion: true },
  timeoutSec: { timeoutSec: 90 },
  deleteProtection: { deleteProtection: false },
  authenticationCredentials: { authenticationCredentials: "use-target-creds" },
  skipDryRun: { skipDryRun: false },
  schedule: { schedule: RotationSchedule.manual() },
  passwordPolicy: { passwordPolicy: new PasswordPolicy() },
  secureRemoteAccess: { secureRemoteAccess: SecureRemoteAccess.ssh({ hosts }) },
  agentRulesEnforced: { agentRulesEnforced: true },
  agentQuorum: { agentQuorum: true },
  agentInputRules: { agentInputRules: [{ name: "n", rule: "r" }] },
  agentOutputRules: { agentOutputRules: [{ name: "n", rule: "r" }] },
};

/** The same of the settings that the provider does not have. */
const OF_STEPS: Readonly<Record<string, Partial<CustomRotatedSecretProps>>> = {
  lockOnRead: { lockOnRead: true },
  lockMinutes: { lockMinutes: 5 },
  rotateOnUnlock: { rotateOnUnlock: true },
  lockDuringSession: { lockDuringSession: true },
  enforceHosts: {
    secureRemoteAccess: SecureRemoteAccess.ssh({ hosts, enforceHosts: true }),
  },
  hostsOfTargets: {
    secureRemoteAccess: SecureRemoteAccess.ssh({ hosts, hostsOfTargets: ["/t"] }),
  },
};

const localExec = (...args: Parameters<typeof step>) =>
  step(...args).provisioner[0]?.["local-exec"];
const declaration = (secretProps: Partial<CustomRotatedSecretProps>) =>
  step({}, secretProps).triggers.declaration;

describe("RotationCheck", () => {
  it("rotates once and compares with the declaration, without a shell", () => {
    expect(localExec()).toMatchObject({
      interpreter: ["rotation-kit", "check", "--rotate", "--item"],
      command: "/prod/app",
    });
  });

  it("may judge the last rotation instead", () => {
    expect(localExec({ rotate: false })).toMatchObject({
      interpreter: ["rotation-kit", "check", "--item"],
    });
  });

  it("starts the kit that is installed where Terraform runs, by no path of this machine", () => {
    const installed = "/project/node_modules/akeyless-rotation-kit/dist/constructs.js";
    const [shell, ...words] = defaultKitCommand(installed);
    expect([shell, words.at(-1)]).toEqual(["sh", "rotation-kit"]);
    expect(words.join(" ")).not.toContain("/project");
  });

  it("starts the source in a checkout, where no kit is installed", () => {
    const stack = newStack();
    const secret = newSecret(stack);
    const check = new RotationCheck(secret, "Check", { secret });
    const text = JSON.stringify(attributesOf(check.node.defaultChild as never));
    expect(text).toMatch(/"interpreter":\["node","--import","file:.*","[^"]*cli\.ts","check"/);
  });

  it("is told what was declared, tags of aspects included", () => {
    const stack = newStack();
    ItemTags.add(stack, "team:payments");
    const { environment } = localExec({ rotatorBudgetSec: 35 }, {}, stack) as {
      environment: Record<string, string>;
    };
    expect(environment.ROTATION_KIT_EXPECT).toContain('"interval_unit" = "days"');
    expect(environment.ROTATION_KIT_EXPECT).toContain('"rotator_budget_sec" = 35');
    expect(environment.ROTATION_KIT_EXPECT).toContain('"tags" = ["team:payments"]');
  });

  it("asks the gateway that the stack talks to", () => {
    const stack = newStack();
    const other = new TerraformStack(stack.node.root, "other");
    new GatewayProvider(other, "Gateway", { address: "https://gw:8081" });
    expect(localExec({}, {}, other)).toMatchObject({
      environment: { AKEYLESS_GATEWAY: "https://gw:8081" },
    });
    expect(localExec({ gatewayUrl: "https://gw2:8081" })).toMatchObject({
      environment: { AKEYLESS_GATEWAY: "https://gw2:8081" },
    });
    expect(localExec()?.environment).not.toHaveProperty("AKEYLESS_GATEWAY");
  });

  it("in another stack learns the item's name and id, and nothing of its payload", () => {
    const stack = newStack();
    const secret = newSecret(stack);
    const other = new TerraformStack(stack.node.root, "other");
    new GatewayProvider(other, "Gateway");
    for (const one of [stack, other]) new LocalBackend(one, { path: `${one.node.id}.tfstate` });
    const check = new RotationCheck(other, "Check", { secret, command });
    other.prepareStack();
    const { output } = JSON.parse(Testing.synth(stack)) as { output: Record<string, Output> };
    const { terraformResourceType: type, friendlyUniqueId: id } = secret.resource;
    const handedOver = Object.values(output).map(({ value }) => value);
    expect(handedOver.sort()).toEqual([`\${${type}.${id}.id}`, `\${${type}.${id}.name}`]);
    const { depends_on, triggers } = attributesOf(check.node.defaultChild as never);
    expect(depends_on).toBeUndefined();
    expect(triggers).toMatchObject({ item: REMOTE, existence: REMOTE });
  });

  it("runs again when something changed on which it depends, and only then", () => {
    const usual = declaration({});
    expect(declaration({})).toBe(usual);
    expect(declaration({ schedule: RotationSchedule.every(Duration.days(7)) })).not.toBe(usual);
    expect(
      declaration({ payload: new RotationPayload({ system: "app", username: "other" }) }),
    ).not.toBe(usual);
    const urls = ["https://a.internal", "https://b.internal"].map((url) => {
      const stack = newStack();
      const target = new WebTarget(stack, "t", { name: "/rotator", url });
      return step({}, { target }, stack).triggers.declaration;
    });
    expect(new Set(urls).size).toBe(2);
  });

  describe.each<Realisation>([
    "provider",
    "out-of-state",
  ])("of an item managed as %s", (realisation) => {
    const stepOf = (props: Partial<CustomRotatedSecretProps> = {}) =>
      step({}, { realisation, ...props });
    const usual = stepOf().triggers.declaration;

    it.each(Object.entries(OF_BOTH))("runs again after a changed %s", (_, props) => {
      expect(stepOf(props).triggers.declaration).not.toBe(usual);
    });

    it("runs again when the item is replaced, and not for what is for people only", () => {
      const [type, name] =
        realisation === "provider"
          ? ["akeyless_rotated_secret_custom", "secret"]
          : ["null_resource", "secret_Life"];
      expect(stepOf().triggers.existence).toMatch(
        new RegExp(`^.\\{${type}\\.${name}_\\w+\\.id\\}$`),
      );
      expect(stepOf()).not.toHaveProperty("lifecycle");
      const forPeople = { description: "other", tags: ["other"], customFields: { owner: "other" } };
      expect(stepOf(forPeople).triggers.declaration).toBe(usual);
    });
  });

  it.each(Object.entries(OF_STEPS))("runs again out of state after a changed %s", (_, props) => {
    const usual = declaration({ realisation: "out-of-state" });
    expect(declaration({ realisation: "out-of-state", ...props })).not.toBe(usual);
  });

  it("expects what was synthesized, overrides included", () => {
    const stack = newStack();
    const secret = newSecret(stack);
    secret.resource.addOverride("timeout_sec", 77);
    const check = new RotationCheck(secret, "Check", { secret, command });
    const { provisioner } = attributesOf(check.node.defaultChild as never) as unknown as Step;
    const { environment } = provisioner[0]?.["local-exec"] as {
      environment: Record<string, string>;
    };
    expect(environment.ROTATION_KIT_EXPECT).toContain('"timeout_sec" = 77');
  });

  it("names the variables of first passwords, but for an item that is taken over", () => {
    const payload = new RotationPayload({
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
    });
    const templateOf = (props: Partial<CustomRotatedSecretProps>) =>
      (localExec({}, { payload, ...props }) as { environment: Record<string, string> }).environment
        .ROTATION_KIT_PAYLOAD_TEMPLATE;
    expect(templateOf({})).toContain('"current_password" = {"$env" = "TF_VAR_password"}');
    expect(templateOf({ adoptExisting: true })).toContain(
      '"current_password" = {"$secret" = true}',
    );
    const whole = { payload: SensitiveInput.fromEnvironment("TF_VAR_whole") };
    expect(templateOf(whole)).toContain('{"$env" = "TF_VAR_whole"}');
  });

  it("holds no secret in triggers or command line", () => {
    const payload = new RotationPayload({
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.unsafePlainText("canary-7Q"),
      fields: { token: SensitiveInput.unsafePlainText("canary-8R") },
    });
    expect(JSON.stringify(step({}, { payload }))).not.toContain("canary");
  });
});

describe("RotatedAppCredential", () => {
  const props = {
    system: "reporting-app",
    username: "svc-reporting",
    currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
  };

  it("is the usual case in five lines", () => {
    const stack = newStack();
    const target = WebTarget.fromName(stack, "rotator", "/rotator");
    const credential = new RotatedAppCredential(stack, "reporting", { target, ...props });
    expect(credential.node.defaultChild).toBe(credential.secret.resource);
    expect(attributesOf(credential.secret.resource)).toMatchObject({
      name: "reporting",
      rotation_interval: "30",
      delete_protection: "true",
      custom_payload: expect.stringContaining('"current_password" = var.password'),
    });
    expect(credential.check).toBeDefined();
  });

  it("hands the former policies to the rotator", () => {
    const stack = newStack();
    const target = WebTarget.fromName(stack, "rotator", "/rotator");
    const formerPolicies = [new PasswordPolicy({ length: 16 })];
    const { secret } = new RotatedAppCredential(stack, "app", { target, ...props, formerPolicies });
    expect(secret.describe().payload).toMatchObject({ former_policies: [{ length: 16 }] });
  });

  it("passes everything on, and leaves the check out where asked", () => {
    const stack = newStack();
    const credential = new RotatedAppCredential(stack, "reporting", {
      target: WebTarget.fromName(stack, "rotator", "/rotator"),
      ...props,
      name: "/prod/reporting",
      passwordField: "password",
      fields: { region: "eu" },
      alternateWith: { username: "svc-reporting-b" },
      keyId: "id",
      keyName: "key",
      schedule: RotationSchedule.manual(),
      deleteProtection: false,
      check: false,
    });
    expect(credential.check).toBeUndefined();
    expect(credential.secret.describe()).toMatchObject({
      item: "/prod/reporting",
      settings: { auto_rotate: "false", delete_protection: "false" },
      payload: {
        password: "(sensitive)",
        region: "eu",
        users: [{}, { username: "svc-reporting-b" }],
        key_id: "id",
        key_name: "key",
      },
    });
  });
});

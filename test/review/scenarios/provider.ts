import { TerraformVariable } from "cdktf";
import {
  Duration,
  PasswordPolicy,
  RotationCheck,
  RotationSchedule,
  renamedFrom,
  SecureRemoteAccess,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import {
  all,
  CANARY,
  nothing,
  override,
  reviewedSecretIn,
  type Scenario,
  type ScenarioDeclaration,
  scenarioSecret,
} from "../scenario.ts";

const rotate: NonNullable<Scenario["meanwhile"]> = async ({ gateway }) => {
  await gateway.rotate("/prod/app");
};

/** The resource of the usual secret, as a place of cdk.tf.json. */
const SECRET = "resource.akeyless_rotated_secret_custom.app_735A5B53";
const TARGET = "resource.akeyless_target_web.rotator_E7A2254D";

/** The construct leaves what the provider would plan in vain to its steps: here the attribute itself changes. */
const withoutIgnored = (place: string): ScenarioDeclaration =>
  override(`${place}.lifecycle.ignore_changes`, undefined);

/** Without the guard, which reads the live value and stops the plan where it cannot. */
const unguarded = all(
  override("data", undefined),
  override("resource.null_resource.app_Guard_92292A4C", undefined),
);

const checkedWith =
  (props: Parameters<typeof scenarioSecret>[0] = {}): ScenarioDeclaration =>
  (stack, rotator) => {
    const declared = reviewedSecretIn(stack, rotator, props);
    new RotationCheck(declared, "Check", { secret: declared });
  };
const checked = checkedWith();

const elsewhere: ScenarioDeclaration = (stack, rotator) => {
  const target = new WebTarget(stack, "other", { name: "/other", url: rotator.targetUrl });
  reviewedSecretIn(stack, rotator, { target });
};

const withoutTarget: ScenarioDeclaration = (stack, rotator) => {
  rotator.node.scope?.node.tryRemoveChild("rotator");
  reviewedSecretIn(stack, rotator, { target: WebTarget.fromName(stack, "old", "/rotator") });
};

const moved: ScenarioDeclaration = (stack, rotator) => {
  renamedFrom(reviewedSecretIn(stack, rotator, { name: "/prod/app" }, "reporting"), "app");
};

const byVariable =
  (path: string, value: string): ScenarioDeclaration =>
  (stack) => {
    new TerraformVariable(stack, "hidden", {
      type: "string",
      sensitive: true,
      default: `${CANARY}-variable`,
    }).overrideLogicalId("hidden");
    stack.addOverride(path, value);
  };

/** Plans of secrets and Web Targets that are resources of the provider. */
export const providerScenarios: readonly Scenario[] = [
  { name: "create", after: scenarioSecret() },
  { name: "create-checked", after: checked },
  { name: "same", before: scenarioSecret() },
  { name: "same-after-rotation", before: scenarioSecret(), meanwhile: rotate },
  { name: "refresh-only", before: scenarioSecret(), meanwhile: rotate, args: ["-refresh-only"] },
  {
    name: "update-description",
    before: scenarioSecret(),
    after: scenarioSecret({ description: "new" }),
  },
  {
    name: "update-after-rotation",
    before: checked,
    meanwhile: rotate,
    after: checkedWith({ description: "new" }),
  },
  {
    name: "interval-longer",
    before: scenarioSecret(),
    after: scenarioSecret({
      schedule: RotationSchedule.every(Duration.days(90), { atHourUtc: 2 }),
    }),
  },
  {
    name: "rotation-off",
    before: scenarioSecret(),
    after: scenarioSecret({ schedule: RotationSchedule.manual() }),
  },
  { name: "rename", before: scenarioSecret(), after: scenarioSecret({ name: "/prod/renamed" }) },
  {
    name: "rename-protected",
    before: scenarioSecret({ deleteProtection: true }),
    after: scenarioSecret({ deleteProtection: true, name: "/prod/renamed" }),
  },
  {
    name: "construct-renamed",
    before: scenarioSecret(),
    after: scenarioSecret({ name: "/prod/app" }, "reporting"),
  },
  { name: "construct-moved", before: scenarioSecret(), after: moved },
  { name: "target-of-secret-changed", before: scenarioSecret(), after: elsewhere },
  {
    name: "target-changed-in-place",
    before: scenarioSecret(),
    after: all(elsewhere, override(`${SECRET}.lifecycle.replace_triggered_by`, undefined)),
  },
  {
    name: "target-url-changed",
    before: scenarioSecret(),
    after: all(scenarioSecret(), override(`${TARGET}.url`, "https://rotator.example.com/rotate")),
  },
  {
    name: "target-url-to-address",
    before: scenarioSecret(),
    after: all(scenarioSecret(), override(`${TARGET}.url`, "http://10.20.30.40:8080")),
  },
  {
    name: "target-url-with-password",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      override(`${TARGET}.url`, `https://user:${CANARY}-pw@rotator.example.com/?sig=${CANARY}-sig`),
    ),
  },
  {
    name: "target-renamed",
    before: scenarioSecret(),
    after: all(scenarioSecret(), withoutIgnored(TARGET), override(`${TARGET}.name`, "/rotator-2")),
  },
  { name: "target-removed", before: scenarioSecret(), after: withoutTarget },
  {
    name: "target-forgotten",
    before: scenarioSecret(),
    after: all(
      withoutTarget,
      override("removed", [
        { from: "akeyless_target_web.rotator_E7A2254D", lifecycle: { destroy: false } },
      ]),
    ),
  },
  { name: "secret-removed", before: scenarioSecret(), after: nothing },
  { name: "destroy", before: checked, args: ["-destroy"] },
  {
    name: "destroy-only-the-secret",
    before: checked,
    args: ["-destroy", "-target=akeyless_rotated_secret_custom.app_735A5B53"],
  },
  {
    name: "destroy-protected",
    before: scenarioSecret({ deleteProtection: true }),
    args: ["-destroy"],
  },
  {
    name: "protected-removed",
    before: scenarioSecret({ deleteProtection: true }),
    after: nothing,
  },
  {
    name: "secret-forgotten",
    before: scenarioSecret(),
    after: override("removed", [
      { from: "akeyless_rotated_secret_custom.app_735A5B53", lifecycle: { destroy: false } },
    ]),
  },
  {
    name: "import",
    before: scenarioSecret(),
    meanwhile: async ({ terraform }) => {
      await terraform(["state", "rm", "akeyless_rotated_secret_custom.app_735A5B53"]);
    },
    after: scenarioSecret({ adoptExisting: true }),
  },
  {
    // Its steps begin with it: OpenTofu would count that as a reason to replace what it imports.
    name: "import-with-steps",
    before: scenarioSecret(),
    meanwhile: async ({ terraform }) => {
      const { stdout } = await terraform(["state", "list"]);
      const ofSecret = stdout.split("\n").filter((address) => /^[a-z_]+\.app_/.test(address));
      await terraform(["state", "rm", ...ofSecret]);
    },
    after: scenarioSecret({ adoptExisting: true }),
  },
  {
    name: "adoption-left-on",
    before: scenarioSecret(),
    after: scenarioSecret({ adoptExisting: true, description: "new" }),
  },
  {
    name: "import-generated",
    before: scenarioSecret(),
    meanwhile: async ({ terraform }) => {
      await terraform(["state", "rm", "akeyless_rotated_secret_custom.app_735A5B53"]);
    },
    after: override("import", [{ to: "akeyless_rotated_secret_custom.taken", id: "/prod/app" }]),
    args: ["-generate-config-out=generated.tf"],
  },
  {
    name: "tainted",
    before: scenarioSecret(),
    meanwhile: async ({ terraform }) => {
      await terraform(["taint", "akeyless_rotated_secret_custom.app_735A5B53"]);
    },
  },
  {
    name: "replace-requested",
    before: scenarioSecret(),
    args: ["-replace=akeyless_rotated_secret_custom.app_735A5B53"],
  },
  {
    name: "only-the-target",
    before: scenarioSecret(),
    after: all(
      scenarioSecret({ description: "new" }),
      withoutIgnored(TARGET),
      override(`${TARGET}.description`, "new"),
    ),
    args: ["-target=akeyless_target_web.rotator_E7A2254D"],
  },
  {
    name: "drift-reverted",
    before: scenarioSecret({ description: "declared" }),
    meanwhile: async ({ gateway }) => {
      const item = gateway.item("/prod/app");
      if (item) item.schedule.interval = 180;
    },
  },
  {
    name: "deposed",
    before: all(scenarioSecret(), override(`${SECRET}.lifecycle.create_before_destroy`, true)),
    meanwhile: async (stage) => {
      await stage.synthesize(
        all(
          scenarioSecret({ name: "/prod/second" }),
          override(`${SECRET}.lifecycle.create_before_destroy`, true),
        ),
      );
      const item = stage.gateway.item("/prod/app");
      Object.assign(item ?? {}, { deleteProtection: true });
      await stage.terraform(["apply", "-auto-approve", "-input=false"], { mayFail: true });
    },
    after: scenarioSecret({ name: "/prod/second" }),
  },
  {
    name: "unknown-name",
    after: all(
      scenarioSecret(),
      override("resource.terraform_data.suffix", {}),
      override(`${SECRET}.name`, `/prod/$\{terraform_data.suffix.id}`),
      override(`${TARGET}.url`, `https://$\{terraform_data.suffix.id}.example.com/`),
    ),
  },
  {
    name: "sensitive-description",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      override(`${SECRET}.lifecycle.ignore_changes`, ["custom_payload"]),
      byVariable(`${SECRET}.description`, `$\{var.hidden}`),
    ),
  },
  {
    name: "sensitive-map",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      override(`${SECRET}.lifecycle.ignore_changes`, ["custom_payload"]),
      byVariable(`${SECRET}.item_custom_fields`, `$\{{ owner = "team", code = var.hidden }}`),
    ),
  },
  {
    name: "sensitive-hosts",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      byVariable(`${SECRET}.secure_access_host`, `$\{[var.hidden, "b.internal"]}`),
    ),
  },
  {
    name: "payload-literal",
    after: all(
      scenarioSecret(),
      override(
        `${SECRET}.custom_payload`,
        JSON.stringify({
          system: "app",
          username: "svc",
          password: `${CANARY}-literal`,
          [`${CANARY}-field`]: { api_key: `${CANARY}-inner` },
        }),
      ),
      override(`${SECRET}.lifecycle`, undefined),
    ),
  },
  {
    name: "payload-not-sensitive",
    after: all(
      scenarioSecret(),
      override(
        `${SECRET}.custom_payload`,
        `$\{nonsensitive(jsonencode({ system = "app", username = "svc", password = var.password }))}`,
      ),
    ),
  },
  {
    name: "payload-written-over",
    before: scenarioSecret(),
    meanwhile: rotate,
    after: all(
      scenarioSecret({ description: "new" }),
      override(`${SECRET}.lifecycle.ignore_changes`, undefined),
    ),
  },
  {
    name: "payload-of-another-account",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      override(`${SECRET}.lifecycle.ignore_changes`, undefined),
      override(
        `${SECRET}.custom_payload`,
        `$\{sensitive(jsonencode({ system = "app", username = "admin", password = var.password }))}`,
      ),
    ),
  },
  {
    name: "failed-precondition",
    before: scenarioSecret(),
    after: all(
      scenarioSecret({ description: "new" }),
      override(`${SECRET}.lifecycle.precondition`, [
        { condition: `$\{var.password == ""}`, error_message: "the live value differs" },
      ]),
    ),
  },
  {
    name: "failed-check",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      override("check.rotation", {
        assert: [
          {
            condition: `$\{var.password == ""}`,
            error_message: `$\{nonsensitive(var.password)} is live`,
          },
        ],
      }),
    ),
  },
  {
    name: "leaking-outputs",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      override("resource.terraform_data.copy", { input: `$\{var.password}` }),
      override("output.password", { value: `$\{var.password}`, sensitive: true }),
      override("output.open", { value: `$\{nonsensitive(var.password)}` }),
    ),
  },
  {
    name: "gateway-http",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      unguarded,
      override("provider.akeyless.0.api_gateway_address", "http://10.0.0.9:8081"),
    ),
    args: ["-refresh=false"],
  },
  {
    name: "login-in-code",
    before: scenarioSecret(),
    after: all(
      scenarioSecret(),
      unguarded,
      override("provider.akeyless.0.api_key_login", [
        { access_id: "p-literal", access_key: `${CANARY}-access-key` },
      ]),
    ),
    args: ["-refresh=false"],
  },
  {
    name: "remote-access-enabled",
    before: scenarioSecret(),
    after: all(
      scenarioSecret({
        secureRemoteAccess: SecureRemoteAccess.ssh({
          hosts: ["app01.internal"],
          certificateIssuer: "/ssh/issuer",
          user: "root",
        }),
      }),
      override(`${SECRET}.secure_access_host`, ["app01.internal", "*.internal"]),
    ),
  },
  {
    name: "policy-weaker",
    before: scenarioSecret({ passwordPolicy: new PasswordPolicy({ length: 32 }) }),
    after: scenarioSecret({ passwordPolicy: new PasswordPolicy({ length: 10, symbols: false }) }),
  },
  {
    name: "protection-off",
    before: scenarioSecret({ deleteProtection: true }),
    after: scenarioSecret({ deleteProtection: false }),
  },
  {
    name: "unrelated",
    before: scenarioSecret(),
    after: all(scenarioSecret(), override("resource.terraform_data.note", { input: "anything" })),
  },
  {
    name: "repaired",
    before: all(scenarioSecret(), override(`${SECRET}.delete_protection`, "false")),
    after: scenarioSecret({ deleteProtection: true }),
  },
  {
    name: "many",
    before: all(...Array.from({ length: 30 }, (_, index) => scenarioSecret({}, `app-${index}`))),
    after: all(
      ...Array.from({ length: 30 }, (_, index) =>
        scenarioSecret(index % 3 === 0 ? { description: "new" } : {}, `app-${index}`),
      ),
      override(`${TARGET}.url`, "https://moved.example.com/rotate"),
    ),
  },
];

import { TerraformStack, TerraformVariable, Testing, Token } from "cdktf";
import { describe, expect, it } from "vitest";
import {
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  ItemTags,
  PasswordPolicy,
  RotationPayload,
  RotationSchedule,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { attributesOf, newSecret, newStack, warningsAt } from "./support.ts";

const attributesWith = (props: Partial<CustomRotatedSecretProps>) =>
  attributesOf(newSecret(newStack(), props).resource);

const POLICY_ATTRIBUTES = [
  "password_length",
  "use_capital_letters",
  "use_lower_letters",
  "use_numbers",
  "use_special_characters",
];

describe("CustomRotatedSecret", () => {
  it("sends exactly what was declared, and every security switch explicitly", () => {
    expect(attributesWith({})).toEqual({
      name: "/prod/app",
      target_name: "/rotator",
      custom_payload: expect.stringMatching(
        /sensitive\(jsonencode\({"system" = "app", "username" = "svc", "rotation_interval_s" = 2592000}\)\)/,
      ),
      authentication_credentials: "use-user-creds",
      auto_rotate: "true",
      rotation_interval: "30",
      timeout_sec: 40,
      skip_dry_run: true,
      delete_protection: "true",
      enable_password_policy: "false",
      secure_access_enable: "false",
      secure_access_web: false,
      secure_access_web_browsing: false,
      secure_access_web_proxy: false,
      secure_access_allow_external_user: false,
      rotate_after_disconnect: "false",
      lifecycle: {
        ignore_changes: [
          "name",
          "custom_payload",
          "description",
          "item_custom_fields",
          ...POLICY_ATTRIBUTES,
        ],
        replace_triggered_by: [expect.stringMatching(/^null_resource\.secret_Identity_/)],
      },
    });
  });

  it.each<[Partial<CustomRotatedSecretProps>, Record<string, unknown>]>([
    [{ description: "for people" }, { description: "for people" }],
    [{ key: "my-key" }, { key: "my-key" }],
    [{ maxVersions: 5 }, { max_versions: "5" }],
    [{ keepPreviousVersion: true }, { keep_prev_version: "true" }],
    [{ keepPreviousVersion: false }, { keep_prev_version: "false" }],
    [{ timeoutSec: 90 }, { timeout_sec: 90 }],
    [
      { authenticationCredentials: "use-target-creds" },
      { authentication_credentials: "use-target-creds" },
    ],
    [{ customFields: { owner: "payments" } }, { item_custom_fields: { owner: "payments" } }],
    [{ tags: ["b", "a", "b"] }, { tags: ["a", "b"] }],
    [{ agentInputRules: [{ name: "n", rule: "r" }] }, { input_rule: ["name=n,rule=r"] }],
    [{ agentOutputRules: [{ name: "n", rule: "r" }] }, { output_rule: ["name=n,rule=r"] }],
    [{ schedule: RotationSchedule.manual() }, { auto_rotate: "false" }],
    [
      {
        schedule: RotationSchedule.every(Duration.days(7), {
          atHourUtc: 3,
          announceDaysBefore: [1, 7],
        }),
      },
      { rotation_interval: "7", rotation_hour: 3, rotation_event_in: ["1", "7"] },
    ],
    [
      { passwordPolicy: new PasswordPolicy({ length: 16, symbols: false }) },
      {
        enable_password_policy: "true",
        password_length: "16",
        use_lower_letters: "true",
        use_capital_letters: "true",
        use_numbers: "true",
        use_special_characters: "false",
      },
    ],
  ])("translates %j", (props, expected) => {
    expect(attributesWith(props)).toMatchObject(expected);
  });

  it("lets the item be destroyed without delete protection", () => {
    expect(attributesWith({ deleteProtection: false }).delete_protection).toBe("false");
  });

  it("names no interval without a schedule", () => {
    expect(attributesWith({ schedule: RotationSchedule.manual() })).not.toHaveProperty(
      "rotation_interval",
    );
  });

  it("leaves alone what the server keeps of what is not declared", () => {
    const everything = {
      passwordPolicy: new PasswordPolicy({ length: 16 }),
      description: "for people",
      customFields: { owner: "me" },
    };
    expect(attributesWith(everything).lifecycle).toMatchObject({
      ignore_changes: ["name", "custom_payload"],
    });
    const schedule = RotationSchedule.manual();
    expect(attributesWith({ ...everything, schedule }).lifecycle).toMatchObject({
      ignore_changes: ["name", "custom_payload", "rotation_interval"],
    });
    expect(attributesWith({ ...everything, description: "" }).lifecycle).toMatchObject({
      ignore_changes: ["name", "custom_payload", "description"],
    });
  });

  it("writes the declared password policy into the payload, for the rotator", () => {
    const { custom_payload } = attributesWith({
      passwordPolicy: new PasswordPolicy({ length: 16 }),
    });
    expect(custom_payload).toContain('"policy" = {"length" = 16, "lowercase" = true');
  });

  it("is replaced when its name or the name of its target changes, not by another spelling", () => {
    const stack = newStack();
    const target = new WebTarget(stack, "rotator", { name: "/r", url: "https://rotator.internal" });
    const secret = newSecret(stack, { target });
    const triggers = {
      item: "/prod/app",
      target: expect.stringMatching(/^\$\{akeyless_target_web\..*\.name\}$/),
    };
    const identity = (of: CustomRotatedSecret) =>
      attributesOf(of.node.findChild("Identity") as never);
    expect(identity(secret)).toMatchObject({ triggers });
    const bare = newSecret(newStack(), { name: "prod/app" });
    expect(identity(bare)).toMatchObject({ triggers: { item: "/prod/app" } });
  });

  it("is the escape hatch's default child", () => {
    const secret = newSecret(newStack());
    expect(secret.node.defaultChild).toBe(secret.resource);
    secret.resource.addOverride("description", "overridden");
    expect(attributesOf(secret.resource)).toMatchObject({ description: "overridden" });
  });

  it("takes over an existing item with the payload that the plan reads, marked as sensitive", () => {
    const currentPassword = SensitiveInput.fromEnvironment("TF_VAR_password");
    const payload = new RotationPayload({ system: "app", username: "svc", currentPassword });
    const secret = newSecret(newStack(), { name: "prod/app", adoptExisting: true, payload });
    expect(warningsAt(secret)).toEqual([]);
    expect(secret.resource.toTerraform().import).toEqual([
      { id: "/prod/app", to: `akeyless_rotated_secret_custom.${secret.resource.friendlyUniqueId}` },
    ]);
    const { custom_payload, lifecycle } = attributesOf(secret.resource);
    expect(custom_payload).toMatch(
      /^\$\{sensitive\(jsondecode\(data\.akeyless_rotated_secret\..*\.value\)\.value\.payload\)\}$/,
    );
    expect(lifecycle).not.toMatchObject({
      ignore_changes: expect.arrayContaining(["custom_payload"]),
    });
    expect(secret.node.findChild("LiveValueMustBeReadable")).toMatchObject({});
    // Nobody has to set the variable of a first password.
    expect(JSON.parse(Testing.synth(TerraformStack.of(secret)))).not.toHaveProperty("variable");
    expect(secret.ready).toEqual([secret.resource]);
  });

  it("guards its live value: a step of its own names the item, and each plan compares", () => {
    const secret = newSecret(newStack());
    const [, guard] = secret.ready;
    const { lifecycle, triggers } = attributesOf(guard as never) as {
      lifecycle: { precondition: { condition: string; error_message: string }[] };
      triggers: object;
    };
    expect(triggers).toEqual({ item: "/prod/app" });
    const [marked, live] = lifecycle.precondition;
    expect(marked?.condition).toContain("issensitive(secret.custom_payload)");
    expect(marked?.error_message).toMatch(/\/prod\/app.*rotation-kit state mark/);
    expect(live?.condition).toContain("value.payload == secret.custom_payload");
    expect(live?.error_message).toMatch(/\/prod\/app.*is not its live one/);
    for (const { condition } of lifecycle.precondition) {
      // Terraform prints what a condition names: the whole resource, never the payload.
      expect(condition).not.toMatch(/akeyless_rotated_secret_custom\.[\w-]+\.custom_payload/);
    }
  });

  it("refers to a secret that is declared elsewhere", () => {
    const secret = CustomRotatedSecret.fromName(newStack(), "imported", "/prod/other");
    expect(secret.rotatedSecretName).toBe("/prod/other");
  });

  it("has no tags as HCL either, where nobody gave it one", () => {
    const stack = newStack();
    newSecret(stack);
    const hcl = String(Testing.synthHcl(stack));
    expect(hcl).toContain('name = "/prod/app"');
    expect(hcl).not.toMatch(/tags|isBlock/);
  });

  it("gets the tags of its stack, also those added later, beside its own", () => {
    const stack = newStack();
    ItemTags.add(stack, "team:payments", "own");
    const secret = newSecret(stack, { tags: ["own"] });
    expect(attributesOf(secret.resource)).toMatchObject({ tags: ["own", "team:payments"] });
  });

  it("accepts values that only Terraform knows", () => {
    const stack = newStack();
    const name = new TerraformVariable(stack, "name", { type: "string" });
    const timeout = new TerraformVariable(stack, "timeout", { type: "number" });
    const secret = newSecret(stack, { name: name.stringValue, timeoutSec: timeout.numberValue });
    expect(Token.isUnresolved(secret.itemPath)).toBe(true);
    expect(attributesOf(secret.resource)).toMatchObject({
      name: expect.stringMatching(/var\.name/),
      timeout_sec: expect.stringMatching(/var\.timeout/),
    });
  });

  it.each<[string, Partial<CustomRotatedSecretProps>, RegExp]>([
    [
      "a name that ends in a slash",
      { name: "/prod/" },
      /^test\/secret: the secret is named "\/prod\/"; allowed are/,
    ],
    ["an empty name", { name: "" }, /the secret is named ""/],
    ["a name with spaces around", { name: "/prod/ app" }, /without empty parts/],
    ["a control character", { name: "/prod/a\u0000b" }, /holds a character that cannot be seen/],
    ["an expression", { name: ["/", "$", "{x}"].join("") }, /which Terraform would evaluate/],
    ["no time", { timeoutSec: 0 }, /timeoutSec is 0; allowed are whole numbers of at least 1/],
    ["half a second", { timeoutSec: 0.5 }, /timeoutSec is 0.5/],
    ["no version", { maxVersions: 0 }, /maxVersions is 0/],
    [
      "a payload version",
      { payloadVersion: "2" },
      /payloadVersion "2" has no effect with the provider, which sends the payload at creation only/,
    ],
    ["a comma in a rule", { agentInputRules: [{ name: "a,b", rule: "r" }] }, /"a,b" holds a comma/],
    [
      "a lock during sessions",
      { lockDuringSession: true },
      /the Terraform provider has no attribute/,
    ],
  ])("refuses %s", (_, props, message) => {
    expect(() => newSecret(newStack(), props)).toThrow(message);
  });

  it.each<[string, Partial<CustomRotatedSecretProps>]>([
    ["tags", { tags: [["$", "{x}"].join("")] }],
    ["description", { description: "%{if true}" }],
  ])("refuses %s that Terraform would evaluate, at synth", (name, props) => {
    const secret = newSecret(newStack(), props);
    expect(() => attributesOf(secret.resource)).toThrow(
      new RegExp(`${name} holds .* which Terraform would evaluate: write`),
    );
  });

  it("takes texts that are written as Terraform wants them", () => {
    const description = ["costs $$", "{5} and 100 %%{"].join("");
    expect(attributesOf(newSecret(newStack(), { description }).resource)).toMatchObject({
      description,
    });
  });

  it("refuses a second declaration of the same item, with or without its slash", () => {
    const stack = newStack();
    newSecret(stack, { name: "/prod/app" }, "first");
    expect(() => newSecret(stack, { name: "prod/app" }, "second")).toThrow(
      'test/second: "/prod/app" is declared by test/first already',
    );
  });

  it("refuses an interval that is not a number of days where the gateway counts days", () => {
    const schedule = RotationSchedule.every(Duration.hours(36));
    expect(() => newSecret(newStack(), { schedule })).toThrow(
      /the rotation interval is 36 hours, but the interval unit is days/,
    );
  });

  it("sends minutes where the gateway counts minutes", () => {
    const stack = newStack({ intervalUnit: "minutes" });
    const secret = newSecret(stack, { schedule: RotationSchedule.every(Duration.hours(36)) });
    expect(attributesOf(secret.resource)).toMatchObject({ rotation_interval: "2160" });
  });

  it("warns where nobody chose the unit, and only there", () => {
    expect(warningsAt(newSecret(newStack({})))).toEqual([
      expect.stringMatching(/30 days is sent in days.*choose the intervalUnit/),
    ]);
    expect(warningsAt(newSecret(newStack()))).toEqual([]);
    const manual = newSecret(newStack({}), { schedule: RotationSchedule.manual() });
    expect(warningsAt(manual)).toEqual([]);
  });
});

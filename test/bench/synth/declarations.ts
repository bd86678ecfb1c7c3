import { writeFileSync } from "node:fs";
import path from "node:path";
import { provider, resource } from "@cdktf/provider-null";
import { Fn, type TerraformStack, TerraformVariable, Token } from "cdktf";
import { inTerraformNames } from "../../../stacks/akeyless/attributes.ts";
import { DataRotatedSecret } from "../../../stacks/akeyless/data-rotated-secret.ts";
import { AkeylessProvider } from "../../../stacks/akeyless/provider.ts";
import { RotatedSecretCustom } from "../../../stacks/akeyless/rotated-secret-custom.ts";
import { TargetWeb } from "../../../stacks/akeyless/target-web.ts";
import {
  applySettings,
  GatewayProvider,
  PasswordPolicy,
  RotateAfterDisconnect,
  RotatedAppCredential,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import { defaultKitCommand } from "../../../stacks/constructs/kit-command.ts";
import { applyRules } from "../../../stacks/rules/synth/apply-rules.ts";

/** The ways to write the same secrets down, from most to least help. */
export const KINDS = ["l2", "l1", "json"] as const;

/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

const TARGET = { name: "/rotator", url: "https://rotator.internal.example.com/rotate" };
const HOST = "app01.internal.example.com";
const TEAM = { type: "string" };
const INITIAL_PASSWORD = { type: "string", sensitive: true };
const TARGET_NAME = `\${akeyless_target_web.rotator.name}`;
const IGNORED = ["name", "custom_payload", "item_custom_fields"];
/** As in a project that has installed the kit, which a checkout of it is not. */
const KIT_COMMAND = defaultKitCommand(path.resolve("/project/node_modules/kit/constructs.js"));
const CHECK = [...KIT_COMMAND, "check", "--rotate", "--item"];
const DIGEST = "16c4d8913e4104ac8442d85bfd04d625f0ca0088befa72c5897812de4aa258ef";
const UNSEEN = "^\\\\s|\\\\s$|[\\\\p{Cc}\\\\p{Cf}\\\\p{Zl}\\\\p{Zp}]";
const SENTENCE =
  "The plan would write a payload over it that is not its live one: the value could not be read when Terraform refreshed its state, or a rotation came in between. Nothing was written. Plan again.";
const SAME = {
  condition:
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
    "${self.triggers.item == each.value.item && self.triggers.target == each.value.target}",
  errorMessage: SENTENCE,
};
const nameOf = (index: number) => `/prod/app-${index}`;
const variableName = (index: number) => `initial_password_${index}`;

/** The constructs, judged by the rules, as people use them: each credential with its check. */
export function declareL2(stack: TerraformStack, count: number): void {
  applySettings(stack, {
    intervalUnit: "days",
    secureRemoteAccessStage: "staged",
    kitCommand: KIT_COMMAND,
  });
  new GatewayProvider(stack, "gateway");
  const team = new TerraformVariable(stack, "team", TEAM);
  const target = new WebTarget(stack, "rotator", TARGET);
  for (let index = 0; index < count; index += 1) {
    new RotatedAppCredential(stack, `app-${index}`, {
      name: `/prod/app-${index}`,
      target,
      system: "reporting-app",
      username: `svc-${index}`,
      currentPassword: SensitiveInput.fromEnvironment(`TF_VAR_${variableName(index)}`),
      passwordPolicy: new PasswordPolicy({ length: 24 }),
      description: `of ${team.stringValue}`,
      tags: ["bench"],
      secureRemoteAccess: SecureRemoteAccess.ssh({
        hosts: [HOST],
        rotateAfterDisconnect: RotateAfterDisconnect.immediately(),
      }),
    });
  }
  applyRules(stack);
}

/** How many resources each of {@link KINDS} makes of so many secrets. */
export const resourcesOf = (secrets: number): number => 5 * secrets + 3;

/** The same resources by the thin layer alone: no defaults, no checks of values, no rules. */
export function declareL1(stack: TerraformStack, count: number): void {
  new AkeylessProvider(stack, "akeyless");
  new provider.NullProvider(stack, "null");
  const team = new TerraformVariable(stack, "team", TEAM);
  const targetIdentity = new resource.Resource(stack, "rotator-identity", {
    triggers: { item: TARGET.name },
  });
  const target = new TargetWeb(stack, "rotator", {
    ...TARGET,
    lifecycle: {
      ignoreChanges: ["name", "description", "key"],
      replaceTriggeredBy: [`null_resource.${targetIdentity.friendlyUniqueId}`],
    },
  });
  const identities: Record<string, object> = {};
  for (let index = 0; index < count; index += 1) {
    const variable = new TerraformVariable(stack, variableName(index), INITIAL_PASSWORD);
    const triggers = { item: nameOf(index), target: target.name };
    const identity = new resource.Resource(stack, `identity-${index}`, {
      triggers,
      lifecycle: {
        precondition: [
          { condition: `\${!can(regex("${UNSEEN}", ${variable.fqn}))}`, errorMessage: SENTENCE },
        ],
      },
    });
    const secret = new RotatedSecretCustom(stack, `secret-${index}`, {
      ...SETTINGS,
      name: nameOf(index),
      description: `of ${team.stringValue}`,
      targetName: target.name,
      customPayload: Fn.sensitive(Fn.jsonencode(payload(index, variable.stringValue))),
      lifecycle: {
        ignoreChanges: IGNORED,
        replaceTriggeredBy: [`null_resource.${identity.friendlyUniqueId}`],
      },
    });
    const existence = new resource.Resource(stack, `existence-${index}`, {
      triggers: { item: secret.id },
    });
    const live = new DataRotatedSecret(stack, `live-${index}`, {
      name: Token.asString(existence.interpolationForAttribute("triggers.item")),
    });
    const guard = new resource.Resource(stack, `guard-${index}`, {
      triggers: { item: nameOf(index) },
      lifecycle: { precondition: conditions(secret.friendlyUniqueId, live.friendlyUniqueId) },
    });
    new resource.Resource(stack, `check-${index}`, {
      dependsOn: [secret, guard],
      triggers: { declaration: DIGEST, existence: secret.id, item: secret.name },
      provisioners: [
        {
          type: "local-exec",
          interpreter: CHECK,
          command: nameOf(index),
          environment: {
            ROTATION_KIT_EXPECT: Fn.jsonencode(expectation(`of ${team.stringValue}`)),
            ROTATION_KIT_PAYLOAD_TEMPLATE: Fn.jsonencode(payload(index, fromEnvironment(index))),
          },
        },
      ],
    });
    identities[`secret-${index}`] = triggers;
  }
  new resource.Resource(stack, "protection", {
    lifecycle: { ignoreChanges: ["triggers"], preventDestroy: true, postcondition: [SAME] },
  }).addOverride("for_each", identities);
}

/** The same resources as a script without CDKTF would write them. */
export function writeDeclarations(file: string, count: number): void {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const identities = indexes.map((index) => [
    `secret-${index}`,
    { item: nameOf(index), target: TARGET_NAME },
  ]);
  const document = {
    terraform: {
      required_providers: {
        akeyless: { source: "akeyless-community/akeyless", version: "~> 2.0" },
        null: { source: "null", version: "~> 3.2" },
      },
    },
    provider: { akeyless: [{}], null: [{}] },
    variable: Object.fromEntries([
      ["team", TEAM],
      ...indexes.map((index) => [variableName(index), INITIAL_PASSWORD]),
    ]),
    data: {
      akeyless_rotated_secret: Object.fromEntries(
        indexes.map((index) => [
          `live-${index}`,
          { name: `\${null_resource.existence-${index}.triggers.item}` },
        ]),
      ),
    },
    resource: {
      akeyless_target_web: { rotator: TARGET },
      null_resource: Object.fromEntries([
        ["rotator-identity", { triggers: { item: TARGET.name } }],
        [
          "protection",
          { for_each: Object.fromEntries(identities), lifecycle: { postcondition: [SAME] } },
        ],
        ...indexes.flatMap(stepsAsJson),
      ]),
      akeyless_rotated_secret_custom: Object.fromEntries(
        indexes.map((index) => [`secret-${index}`, secretAsJson(index)]),
      ),
    },
  };
  writeFileSync(file, JSON.stringify(document, null, 2));
}

function stepsAsJson(index: number): [string, object][] {
  const secret = `akeyless_rotated_secret_custom.secret-${index}`;
  const item = nameOf(index);
  const environment = {
    ROTATION_KIT_EXPECT: JSON.stringify(expectation("of bench")),
    ROTATION_KIT_PAYLOAD_TEMPLATE: JSON.stringify(payload(index, fromEnvironment(index))),
  };
  return [
    [
      `identity-${index}`,
      {
        triggers: { item, target: TARGET_NAME },
        lifecycle: {
          precondition: [
            {
              condition: `\${!can(regex("${UNSEEN}", var.${variableName(index)}))}`,
              error_message: SENTENCE,
            },
          ],
        },
      },
    ],
    [`existence-${index}`, { triggers: { item: `\${${secret}.id}` } }],
    [
      `guard-${index}`,
      {
        triggers: { item },
        lifecycle: { precondition: conditions(`secret-${index}`, `live-${index}`) },
      },
    ],
    [
      `check-${index}`,
      {
        depends_on: [secret, `null_resource.guard-${index}`],
        triggers: {
          declaration: DIGEST,
          existence: `\${${secret}.id}`,
          item: `\${${secret}.name}`,
        },
        provisioner: [{ "local-exec": { interpreter: CHECK, command: item, environment } }],
      },
    ],
  ];
}

function secretAsJson(index: number): Record<string, unknown> {
  const { current_password: _, ...known } = payload(index, "");
  const text = JSON.stringify(known).slice(1, -1);
  return {
    ...inTerraformNames(SETTINGS),
    name: nameOf(index),
    description: `of \${var.team}`,
    target_name: TARGET_NAME,
    custom_payload: `\${sensitive(jsonencode({${text}, "current_password": var.${variableName(index)}}))}`,
    lifecycle: {
      ignore_changes: IGNORED,
      replace_triggered_by: [`null_resource.identity-${index}`],
    },
  };
}

function conditions(secret: string, live: string) {
  const each = (condition: string) =>
    `\${alltrue([for secret in [akeyless_rotated_secret_custom.${secret}] : ${condition}])}`;
  return [
    {
      condition: each(`issensitive(secret.custom_payload) ? true : tobool("${SENTENCE}")`),
      errorMessage: SENTENCE,
    },
    {
      condition: each(
        `try(jsondecode(data.akeyless_rotated_secret.${live}.value).value.payload == secret.custom_payload, false)`,
      ),
      errorMessage: SENTENCE,
    },
  ];
}

const expectation = (description: string) => ({
  interval_unit: "days",
  settings: { ...inTerraformNames(SETTINGS), description, target_name: TARGET.name },
});

const fromEnvironment = (index: number) => ({ $env: `TF_VAR_${variableName(index)}` });

function payload<Password>(index: number, currentPassword: Password) {
  return {
    system: "reporting-app",
    username: `svc-${index}`,
    current_password: currentPassword,
    policy: {
      length: 24,
      lowercase: true,
      uppercase: true,
      numbers: true,
      symbols: true,
      allowed_symbols: "-._",
    },
    rotation_interval_s: 2_592_000,
  };
}

/** What the constructs make of the declaration in {@link declareL2}. */
const SETTINGS = {
  authenticationCredentials: "use-user-creds",
  autoRotate: "true",
  deleteProtection: "true",
  enablePasswordPolicy: "true",
  passwordLength: "24",
  rotateAfterDisconnect: "false",
  rotationInterval: "30",
  secureAccessAllowExternalUser: false,
  secureAccessEnable: "false",
  secureAccessWeb: false,
  secureAccessWebBrowsing: false,
  secureAccessWebProxy: false,
  skipDryRun: true,
  tags: ["bench"],
  timeoutSec: 40,
  useCapitalLetters: "true",
  useLowerLetters: "true",
  useNumbers: "true",
  useSpecialCharacters: "true",
};

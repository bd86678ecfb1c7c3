import { writeFileSync } from "node:fs";
import { provider, resource } from "@cdktf/provider-null";
import { Fn, type TerraformStack, TerraformVariable } from "cdktf";
import { inTerraformNames } from "../../../stacks/akeyless/attributes.ts";
import { AkeylessProvider } from "../../../stacks/akeyless/provider.ts";
import { RotatedSecretCustom } from "../../../stacks/akeyless/rotated-secret-custom.ts";
import { TargetWeb } from "../../../stacks/akeyless/target-web.ts";
import {
  applySettings,
  CustomRotatedSecret,
  Duration,
  GatewayProvider,
  PasswordPolicy,
  RotateAfterDisconnect,
  RotationPayload,
  RotationSchedule,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import { applyRules } from "../../../stacks/rules/synth/apply-rules.ts";

/** The ways to write the same secrets down, from most to least help. */
export const KINDS = ["l2", "l1", "json"] as const;

/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

const TARGET = { name: "/rotator", url: "https://rotator.internal.example.com/rotate" };
const HOST = "app01.internal.example.com";
const INITIAL_PASSWORD = { type: "string", sensitive: true };
const variableName = (index: number) => `initial_password_${index}`;

/** The constructs, judged by the rules: what stacks/main.ts does. */
export function declareL2(stack: TerraformStack, count: number): void {
  applySettings(stack, { intervalUnit: "days", secureRemoteAccessStage: "staged" });
  new GatewayProvider(stack, "gateway");
  const target = new WebTarget(stack, "rotator", TARGET);
  for (let index = 0; index < count; index += 1) {
    new CustomRotatedSecret(stack, `secret-${index}`, {
      name: `/prod/app-${index}`,
      target,
      payload: new RotationPayload({
        system: "reporting-app",
        username: `svc-${index}`,
        currentPassword: SensitiveInput.fromEnvironment(`TF_VAR_${variableName(index)}`),
      }),
      schedule: RotationSchedule.every(Duration.days(30)),
      passwordPolicy: new PasswordPolicy({ length: 24 }),
      secureRemoteAccess: SecureRemoteAccess.ssh({
        hosts: [HOST],
        rotateAfterDisconnect: RotateAfterDisconnect.immediately(),
      }),
    });
  }
  applyRules(stack);
}

/** The same resources by the thin layer alone: no defaults, no checks, no rules. */
export function declareL1(stack: TerraformStack, count: number): void {
  new AkeylessProvider(stack, "akeyless");
  new provider.NullProvider(stack, "null");
  const target = new TargetWeb(stack, "rotator", TARGET);
  for (let index = 0; index < count; index += 1) {
    const variable = new TerraformVariable(stack, variableName(index), INITIAL_PASSWORD);
    const trigger = new resource.Resource(stack, `trigger-${index}`, {
      triggers: { target_name: target.name },
    });
    new RotatedSecretCustom(stack, `secret-${index}`, {
      ...SETTINGS,
      name: `/prod/app-${index}`,
      targetName: target.name,
      customPayload: Fn.sensitive(Fn.jsonencode(payload(index, variable.stringValue))),
      lifecycle: {
        ignoreChanges: ["custom_payload"],
        replaceTriggeredBy: [`null_resource.${trigger.friendlyUniqueId}`],
        preventDestroy: true,
      },
    });
  }
}

/** The same resources as a script without CDKTF would write them. */
export function writeJson(file: string, count: number): void {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const target = `\${akeyless_target_web.rotator.name}`;
  const document = {
    terraform: {
      required_providers: {
        akeyless: { source: "akeyless-community/akeyless", version: "~> 2.0" },
        null: { source: "null", version: "~> 3.2" },
      },
    },
    provider: { akeyless: [{}], null: [{}] },
    variable: Object.fromEntries(indexes.map((index) => [variableName(index), INITIAL_PASSWORD])),
    resource: {
      akeyless_target_web: { rotator: TARGET },
      null_resource: Object.fromEntries(
        indexes.map((index) => [`trigger-${index}`, { triggers: { target_name: target } }]),
      ),
      akeyless_rotated_secret_custom: Object.fromEntries(
        indexes.map((index) => [
          `secret-${index}`,
          { ...secretAsJson(index), target_name: target },
        ]),
      ),
    },
  };
  writeFileSync(file, JSON.stringify(document, null, 2));
}

function secretAsJson(index: number): Record<string, unknown> {
  const { current_password: _, ...known } = payload(index, "");
  const text = JSON.stringify(known).slice(1, -1);
  return {
    ...inTerraformNames(SETTINGS),
    name: `/prod/app-${index}`,
    custom_payload: `\${sensitive(jsonencode({${text}, "current_password": var.${variableName(index)}}))}`,
    lifecycle: {
      ignore_changes: ["custom_payload"],
      prevent_destroy: true,
      replace_triggered_by: [`null_resource.trigger-${index}`],
    },
  };
}

function payload(index: number, currentPassword: string) {
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
      allowed_symbols: "!#%*+,-.:=?^_~",
    },
  };
}

/** What the constructs make of the declaration in {@link declareL2}. */
const SETTINGS = {
  authenticationCredentials: "use-user-creds",
  autoRotate: "true",
  deleteProtection: "true",
  enablePasswordPolicy: "true",
  passwordLength: "24",
  rotateAfterDisconnect: "true",
  rotationInterval: "30",
  secureAccessAllowExternalUser: false,
  secureAccessEnable: "false",
  secureAccessHost: [HOST],
  secureAccessWeb: false,
  secureAccessWebBrowsing: false,
  secureAccessWebProxy: false,
  timeoutSec: 40,
  useCapitalLetters: "true",
  useLowerLetters: "true",
  useNumbers: "true",
  useSpecialCharacters: "true",
};

import { Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import {
  type CustomRotatedSecretProps,
  PasswordPolicy,
  type PayloadValue,
  type Realisation,
  RotationCheck,
  RotationPayload,
  SecureRemoteAccess,
  SensitiveInput,
} from "../../../../stacks/constructs/index.ts";
import { secret as secretOfPlan } from "../../../../stacks/rules/domain/example.ts";
import { evaluate } from "../../../../stacks/rules/evaluate.ts";
import { readPayloadText } from "../../../../stacks/rules/evidence/payload.ts";
import { rulePolicySchema } from "../../../../stacks/rules/policy-schema.ts";
import { collectDeployment } from "../../../../stacks/rules/synth/collect.ts";
import { newSecret, newStack } from "../constructs/support.ts";

const policy = rulePolicySchema.parse({});
const now = Date.parse("2026-11-22T12:00:00Z");
const told = (found: ReturnType<typeof evaluate>) =>
  found.map(({ rule, severity, message }) => `${rule} ${severity}: ${message}`);

describe.each<Realisation>(["provider", "out-of-state"])("managed as %s", (realisation) => {
  /** What the rules say of secrets at synth, but for where the state is kept. */
  const judged = (...declared: Partial<CustomRotatedSecretProps>[]) => {
    const stack = newStack({ intervalUnit: "days", realisation });
    for (const [index, props] of declared.entries()) {
      const secret = newSecret(stack, { name: `/prod/${index}`, ...props }, `secret-${index}`);
      new RotationCheck(secret, "check", { secret });
    }
    Testing.synth(stack);
    const deployment = collectDeployment(stack);
    return told(evaluate({ deployment, policy, now, phase: "synth" })).filter(
      (finding) => !finding.startsWith("AKR092"),
    );
  };

  it("a length under 8, a length without a policy, and a network are allowed, and findings", () => {
    const payload = RotationPayload.of({ user: "svc" });
    expect(judged({ payload, passwordPolicy: new PasswordPolicy({ length: 6 }) })).toEqual([
      "AKR060 high: passwords get 6 characters; at least 16 are required",
    ]);
    expect(judged({ passwordPolicy: PasswordPolicy.lengthOnly(16) })).toEqual([
      "AKR060 medium: a length of 16 characters is declared, but the password policy is switched off",
    ]);
    const secureRemoteAccess = SecureRemoteAccess.ssh({ hosts: ["10.0.0.0/24"] });
    expect(judged({ secureRemoteAccess })).toContain(
      'AKR041 high: the host "10.0.0.0/24" of a session is a whole network',
    );
  });

  describe("a payload of another rotator", () => {
    const key = SensitiveInput.fromEnvironment("TF_VAR_key");
    const both = (fields: Readonly<Record<string, PayloadValue>>) =>
      judged({ payload: RotationPayload.of(fields) }, { payload: RotationPayload.of(fields) })
        .map((finding) => finding.slice(0, "AKR000".length))
        .sort();

    it("is judged by account and first password where they have the names that rules know", () => {
      const account = { system: "app", username: "root" };
      const all = ["AKR024", "AKR025", "AKR025", "AKR026"];
      expect(both({ ...account, password: key })).toEqual(all);
      expect(both({ ...account, current_password: key })).toEqual(all);
    });

    it("is told about a further credential in it, wherever the first value comes from", () => {
      const payload = RotationPayload.of({ username: "svc", password: key, token: key });
      expect(judged({ payload }).map((finding) => finding.slice(0, 6))).toEqual(["AKR027"]);
    });

    it("is not judged under other names, and no rule judges its shape", () => {
      expect(both({ app: "app", user: "root", key })).toEqual([]);
      expect(judged({ payload: key })).toEqual([]);
    });
  });
});

describe("the plan of a payload of another rotator", () => {
  const judged = (text: string) => {
    const payload = readPayloadText(text, true);
    const deployment = {
      resources: [secretOfPlan({}, { payload, change: "create" })],
      providers: [],
    };
    return told(evaluate({ deployment, policy, now, phase: "plan" }));
  };

  it.each([
    ['{"user":"svc","key":"first"}', 'the payload lacks "system", "username"'],
    ['{"username":"svc","password":"first"}', 'the payload lacks "system"'],
    ["svc:first", "the payload is not a JSON object"],
  ])("has a note about its shape, which stops nothing: %s", (text, problem) => {
    expect(judged(text)).toEqual([`AKR022 info: ${problem}, which only another rotator takes`]);
  });
});

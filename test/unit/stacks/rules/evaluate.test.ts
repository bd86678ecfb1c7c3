import { describe, expect, it } from "vitest";
import {
  provider,
  SAFE_ACCESS,
  secret,
  target,
  updatedSecret,
} from "../../../../stacks/rules/domain/example.ts";
import { evaluate } from "../../../../stacks/rules/evaluate.ts";
import type { Resource } from "../../../../stacks/rules/model.ts";
import type { RulePolicyInput } from "../../../../stacks/rules/policy.ts";
import { rulePolicySchema } from "../../../../stacks/rules/policy-schema.ts";

const NOON = Date.parse("2026-11-22T12:00:00Z");

const judge = (
  resources: Resource[],
  policy: RulePolicyInput = {},
  { phase = "synth", now = NOON }: { phase?: "synth" | "plan"; now?: number } = {},
) =>
  evaluate({
    deployment: { resources, providers: [provider()] },
    policy: rulePolicySchema.parse(policy),
    now,
    phase,
  });

const ids = (findings: ReturnType<typeof judge>) => findings.map(({ rule }) => rule);

const unprotected = secret({ delete_protection: "false" });
const waiver = {
  rule: "AKR050" as const,
  resource: "akeyless_rotated_secret_custom.*",
  reason: "goes away with the old system",
  owner: "platform team",
  expires: "2026-11-22",
};

describe("evaluate", () => {
  it("finds nothing in a harmless deployment", () => {
    const resources = [target(), secret({ ...SAFE_ACCESS }, { rotationChecked: true })];
    expect(judge(resources)).toEqual([]);
    expect(judge(resources, {}, { phase: "plan" })).toEqual([]);
  });

  it("leaves rules that need a plan out at synth", () => {
    const replaced = updatedSecret({ name: "/a" }, { name: "/b" }, { change: "replace" });
    expect(ids(judge([replaced]))).not.toContain("AKR002");
    expect(ids(judge([replaced], {}, { phase: "plan" }))).toContain("AKR002");
  });

  it("puts the worst findings first", () => {
    const found = judge([
      target({ url: "http://rotator.internal" }),
      secret({ timeout_sec: 5 }, { ignoresChanges: [] }),
    ]);
    expect(found.map(({ severity }) => severity)).toEqual(["critical", "high", "low"]);
  });

  it("uses the policy's severity instead of the rule's", () => {
    const [finding] = judge([unprotected], { severity: { AKR050: "low" } });
    expect(finding).toMatchObject({ rule: "AKR050", severity: "low" });
  });

  it("says nothing about a rule that is off", () => {
    expect(
      judge([unprotected], { off: { AKR050: { reason: "a sandbox without data", owner: "ops" } } }),
    ).toEqual([]);
  });

  it("names the construct where its path is known", () => {
    const [finding] = judge([{ ...unprotected, path: "prod/reporting/Resource" }]);
    expect(finding).toMatchObject({ path: "prod/reporting/Resource" });
  });
});

describe("waivers", () => {
  const lastMoment = Date.parse("2026-11-22T23:59:59.999Z");

  it("accept a finding through the whole of their last day", () => {
    const found = judge([unprotected], { waivers: [waiver] }, { now: lastMoment });
    expect(found).toMatchObject([{ rule: "AKR050", waiver: { owner: "platform team" } }]);
  });

  it("accept nothing afterwards, and are a finding themselves", () => {
    const found = judge([unprotected], { waivers: [waiver] }, { now: lastMoment + 1 });
    expect(ids(found)).toEqual(["AKR050", "AKR095"]);
    expect(found.every((finding) => finding.waiver === undefined)).toBe(true);
  });

  it("match by the construct's path too", () => {
    const policy = { waivers: [{ ...waiver, resource: "prod/*" }] };
    const [finding] = judge([{ ...unprotected, path: "prod/reporting/Resource" }], policy);
    expect(finding?.waiver).toBeDefined();
  });

  it("leave other rules and other resources alone", () => {
    const others = [
      { ...waiver, rule: "AKR010" as const },
      { ...waiver, resource: "akeyless_target_web.*" },
    ];
    const [finding] = judge([unprotected], { waivers: others });
    expect(finding).toMatchObject({ rule: "AKR050" });
    expect(finding?.waiver).toBeUndefined();
  });
});

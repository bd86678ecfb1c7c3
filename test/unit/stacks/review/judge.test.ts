import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { refusedStack, withoutPlan } from "../../../../stacks/review/failed.ts";
import { findPlans } from "../../../../stacks/review/read/find-plans.ts";
import { parsePlan } from "../../../../stacks/review/read/parse-plan.ts";
import { parseSynthesized } from "../../../../stacks/review/read/synthesized.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import { markdown } from "../../../../stacks/review/say/markdown.ts";
import { rulePolicySchema } from "../../../../stacks/rules/policy-schema.ts";
import { noStream, OPTIONS, PLANS, REVIEW_NOW, reviewOf } from "./plans.ts";

const stackOf = (name: string) => {
  const [stack] = reviewOf(name).stacks;
  if (stack === undefined) throw new Error(`${name} has no stack`);
  return stack;
};
const fates = (name: string) =>
  Object.fromEntries(
    stackOf(name).secrets.map(({ name: item, former_name: former, fate }) => [
      item ?? former,
      fate,
    ]),
  );
const stateOf = (name: string, rule: string) =>
  stackOf(name)
    .findings.filter((finding) => finding.rule === rule)
    .map(({ state }) => state);

describe("what becomes of the password", () => {
  test.each([
    ["create", { "/prod/app": "first" }],
    ["same", {}],
    ["same-after-rotation", {}],
    ["update-description", { "/prod/app": "sent_again" }],
    ["update-after-rotation", { "/prod/app": "sent_again" }],
    ["import-with-steps", { "/prod/app": "sent_again" }],
    ["tofu-import-with-steps", { "/prod/app": "sent_again" }],
    ["payload-written-over", { "/prod/app": "bootstrap" }],
    ["rename", { "/prod/renamed": "lost" }],
    ["tainted", { "/prod/app": "lost" }],
    ["secret-removed", { "/prod/app": "lost" }],
    ["secret-forgotten", { "/prod/app": "stays" }],
    ["construct-moved", { "/prod/app": "stays" }],
    ["deposed", { "/prod/app": "lost" }],
    ["steps-create", { "/prod/app": "first" }],
    ["steps-same", {}],
    ["steps-update", { "/prod/app": "stays" }],
    ["steps-payload-again", { "/prod/app": "bootstrap" }],
    ["steps-rename", { "/prod/renamed": "lost" }],
    ["steps-target-changed", { "/prod/app": "lost" }],
    ["steps-removed", { "/prod/app": "lost" }],
    ["from-provider-to-steps", { "/prod/app": "stays" }],
  ])("%s", (name, expected) => {
    expect(fates(name)).toEqual(expected);
  });
});

describe("steps that manage an item", () => {
  test("include what guards it: data sources, triggers and identities", () => {
    const { others, counts } = stackOf("create");
    expect(others).toEqual([]);
    expect(counts).toMatchObject({ create: 2, steps: 6 });
  });

  test("are folded into the item", () => {
    const { secrets, others, counts } = stackOf("steps-rename");
    expect(secrets).toHaveLength(1);
    expect(others).toEqual([]);
    expect(counts).toMatchObject({ replace: 1, create: 0, delete: 0 });
  });

  test("a destroyed life is a destroyed item", () => {
    expect(stateOf("steps-removed", "AKR001")).toEqual(["new"]);
  });

  test("an item that only changes its realisation is neither forgotten nor created", () => {
    const { findings, counts } = stackOf("from-provider-to-steps");
    expect(findings.map(({ rule }) => rule)).not.toContain("AKR003");
    expect(counts).toMatchObject({ create: 0, forget: 0, update: 1 });
  });

  test("show what becomes of each setting, and are judged by both sides", () => {
    const { secrets, blind_spots: spots } = stackOf("steps-update");
    expect(secrets[0]?.differences).toEqual([
      { attribute: "rotation_hour", before: "2", after: "(not set)" },
      { attribute: "rotation_interval", before: "30", after: "90" },
    ]);
    expect(stateOf("steps-update", "AKR011")).toEqual(["new"]);
    expect(stateOf("steps-update", "AKR010")).toEqual([]);
    expect(stateOf("steps-update", "AKR050")).toEqual(["as_before"]);
    expect(spots).toEqual([]);
  });

  test("are judged by their payload before the change too", () => {
    expect(stateOf("steps-one-first-password", "AKR026")).toEqual(["as_before"]);
  });

  test("tell which version of the bootstrap payload is sent", () => {
    expect(stackOf("steps-payload-again").secrets[0]?.differences).toEqual([
      { attribute: "payload_version", before: "(not set)", after: "2" },
    ]);
  });

  test("a failed protection of them stops the plan", () => {
    const stack = stackOf("steps-rename-protected");
    expect(stack.banners[0]).toMatch(/^Planning failed/);
    expect(stack.banners[1]).toMatch(/^Delete protection stopped the plan.*: \/prod\/app$/);
    expect(stack.obstacles.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(
        /its delete protection is on: deploy once with deleteProtection: false/,
      ),
    ]);
  });
});

describe("a protected item that the plan would delete", () => {
  test.each([
    "destroy-protected",
    "protected-removed",
    "steps-destroy-protected",
    "steps-protected-removed",
  ])("%s: the plan failed, and one sentence says what to do", (name) => {
    const { banners, obstacles } = stackOf(name);
    expect(banners[0]).toMatch(/^Planning failed/);
    expect(obstacles.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(
        /protect.*: deploy once with deleteProtection: false.*never disable prevent_destroy$/,
      ),
    ]);
    expect(reviewOf(name).verdict.decision).toBe("stop");
  });
});

describe("findings", () => {
  test("that the change does not bring are as before, and do not stop", () => {
    const review = reviewOf("update-description");
    expect(stateOf("update-description", "AKR050")).toEqual(["as_before"]);
    expect(review.verdict.decision).toBe("clear");
  });

  test("about the change itself are new, although the same place had another one", () => {
    expect(stateOf("payload-written-over", "AKR021")).toEqual(["new"]);
    expect(stateOf("target-url-to-address", "AKR031")).toEqual(["new"]);
  });

  test("that the change takes away are fixed", () => {
    expect(stateOf("repaired", "AKR050")).toEqual(["fixed"]);
  });

  test("of what is imported are new", () => {
    expect(stateOf("import-generated", "AKR020")).toEqual(["new"]);
  });

  test("an import from a sensitive variable is not a literal in the code", () => {
    expect(stateOf("import", "AKR020")).toEqual([]);
  });

  test("of an item that is taken over are not that its payload is stale: the plan reads it", () => {
    const { findings } = stackOf("import");
    expect(findings.filter(({ rule }) => rule === "AKR021")).toMatchObject([{ severity: "info" }]);
    expect(stateOf("import", "AKR052")).toEqual([]);
    expect(stateOf("adoption-left-on", "AKR052")).toEqual(["as_before"]);
  });

  test("a sensitive variable behind nonsensitive is in clear", () => {
    expect(stateOf("payload-not-sensitive", "AKR020")).toEqual(["new"]);
  });

  test.each([
    ["secret-removed", "AKR001"],
    ["rename", "AKR002"],
    ["secret-forgotten", "AKR003"],
    ["rotation-off", "AKR010"],
    ["payload-literal", "AKR020"],
    ["payload-of-another-account", "AKR022"],
    ["target-url-to-address", "AKR030"],
    ["target-url-with-password", "AKR032"],
    ["many", "AKR033"],
    ["target-removed", "AKR034"],
    ["target-forgotten", "AKR034"],
    ["target-changed-in-place", "AKR035"],
    ["protection-off", "AKR050"],
    ["policy-weaker", "AKR060"],
    ["gateway-http", "AKR090"],
    ["login-in-code", "AKR091"],
  ])("%s is found as new by %s", (name, rule) => {
    expect(stateOf(name, rule)).toContain("new");
  });
});

describe("what else a reader has to know", () => {
  test("a rename of a construct is named with the line that repairs it", () => {
    expect(stackOf("construct-renamed").renames).toMatchObject([
      { repair: 'renamedFrom(construct, "app")' },
    ]);
    expect(stackOf("steps-construct-renamed").renames).toMatchObject([
      { repair: 'renamedFrom(construct, "app")' },
    ]);
  });

  test("two resources of one name, and a target in use, stop the apply", () => {
    expect(stackOf("hcl-one-name-twice").obstacles.map(({ sentence }) => sentence)).toEqual([
      "akeyless_rotated_secret_custom.again has the same name in Akeyless",
    ]);
    expect(stackOf("target-removed").obstacles).toMatchObject([
      { sentence: "the gateway refuses to delete it, because a secret uses it" },
    ]);
  });

  test("drift is a rotation, reverted, or worth a look", () => {
    expect(stackOf("same-after-rotation").drift).toMatchObject([{ kind: "expected" }]);
    expect(stackOf("drift-reverted").drift).toMatchObject([{ kind: "reverted" }]);
  });

  test("what was not set and is read back as 0 or false did not change", () => {
    const driftOf = (before: object, after: object) => {
      const type = "akeyless_rotated_secret_custom";
      const change = { actions: ["update"], before, after };
      const entry = { address: `${type}.app`, type, name: "app", change };
      const plan = { format_version: "1.2", resource_changes: [], resource_drift: [entry] };
      const parsed = parsePlan(Buffer.from(JSON.stringify(plan)), "plan.json");
      return reviewPlans({ plans: [{ ...parsed, stack: "x" }], unplanned: [] }, OPTIONS).stacks[0]
        ?.drift;
    };
    expect(driftOf({ rotation_hour: null }, { rotation_hour: 0, auto_rotate: "false" })).toEqual(
      [],
    );
    expect(driftOf({ rotation_hour: null }, { rotation_hour: 2 })).toMatchObject([
      { kind: "look" },
    ]);
    expect(driftOf({ rotation_hour: 2 }, { rotation_hour: 0 })).toMatchObject([{ kind: "look" }]);
  });

  test("a plan that is not whole, or failed, has a banner", () => {
    expect(stackOf("only-the-target").banners[0]).toMatch(/not complete/);
    expect(stackOf("failed-precondition").banners[0]).toMatch(/Planning failed/);
    expect(stackOf("failed-check").banners.join()).toMatch(/check failed/);
    expect(stackOf("payload-written-over").banners.join()).toMatch(/guard stopped .*: \/prod\/app/);
    expect(stackOf("update-description").banners).toEqual([]);
  });

  test("what only the apply will tell is a blind spot", () => {
    const spots = stackOf("unknown-name").blind_spots.join("\n");
    expect(spots).toMatch(/akeyless_rotated_secret_custom\.app_735A5B53: name\n/);
    expect(spots).toMatch(/akeyless_target_web\.rotator_E7A2254D: url\n/);
  });
});

describe("the decision", () => {
  const decision = (name: string, policy: object, failOn?: "critical" | "never") =>
    reviewOf(name, {
      policy: rulePolicySchema.parse(policy),
      now: REVIEW_NOW,
      ...(failOn !== undefined && { failOn }),
    }).verdict.decision;

  test("stops from the policy's fail_at on, or from what the command says", () => {
    expect(decision("protection-off", {})).toBe("stop");
    expect(decision("protection-off", { fail_at: "critical" })).toBe("look");
    expect(decision("protection-off", {}, "critical")).toBe("look");
    expect(decision("rename", {}, "critical")).toBe("stop");
    expect(decision("rename", {}, "never")).toBe("look");
  });

  test("a waiver accepts a finding", () => {
    const waiver = {
      rule: "AKR050",
      resource: "test/app/*",
      reason: "the item is deleted next week",
      owner: "platform",
      expires: "2026-12-31",
    };
    expect(decision("protection-off", { waivers: [waiver] })).toBe("clear");
  });

  const inCode = (rotation_kit: object) => {
    const [file] = findPlans(`${PLANS}protection-off`, noStream).plans;
    if (file === undefined) throw new Error("no plan");
    const code = JSON.parse(readFileSync(`${PLANS}protection-off/cdk.tf.json`, "utf8"));
    code["//"].rotation_kit = rotation_kit;
    const synthesized = parseSynthesized(JSON.stringify(code));
    return reviewPlans({ plans: [{ ...file, synthesized }], unplanned: [] }, OPTIONS);
  };
  const waived = {
    ...{ rule: "AKR050", resource: "test/app", owner: "platform" },
    reason: "the item is deleted next week",
  };

  test("a waiver in the code accepts a finding until its date, as at synth", () => {
    const review = inCode({ waivers: [{ ...waived, expires: "2026-12-31" }] });
    expect(review.verdict.decision).toBe("clear");
    expect(review.stacks[0]?.findings).toContainEqual(
      expect.objectContaining({
        ...{ rule: "AKR050", waiver: expect.objectContaining({ owner: "platform" }) },
      }),
    );
    expect(markdown(review)).toMatch(
      /AKR050 .*; accepted by `platform` until .*2026-12-31.*: `the item is deleted next week`/,
    );
    expect(inCode({ waivers: [{ ...waived, expires: "2026-11-26" }] }).verdict.decision).toBe(
      "stop",
    );
  });

  const off = { AKR050: { reason: "a sandbox without data", owner: "platform" } };
  test.each([
    ["the environment", () => inCode({ off })],
    [
      "the policy",
      () => reviewOf("protection-off", { ...OPTIONS, policy: rulePolicySchema.parse({ off }) }),
    ],
  ])("a rule that %s turns off finds nothing, and the review says so", (_, make) => {
    const review = make();
    expect(review.stacks[0]?.findings.map(({ rule }) => rule)).not.toContain("AKR050");
    expect(markdown(review)).toMatch(
      /AKR050 .*`platform` turned this rule off: `a sandbox without data`/,
    );
  });

  test.each([
    [{ waivers: [{ ...waived, expires: "soon" }] }],
    [{ waivers: "all", off: "all" }],
  ])("what the code of another kit says there accepts nothing: %j", (written) => {
    expect(inCode(written).verdict.decision).toBe("stop");
  });

  test("a plan that failed stops, whatever was found", () => {
    expect(decision("failed-precondition", {})).toBe("stop");
  });

  test.each([
    "Planning",
    "failed",
    "rules refused",
  ])("so it does beside the secret %j", (secret) => {
    const plan = {
      ...{ format_version: "1.2", errored: true, resource_changes: [] },
      variables: { a: { value: secret } },
      configuration: { root_module: { variables: { a: { sensitive: true } } } },
    };
    const parsed = parsePlan(Buffer.from(JSON.stringify(plan)), "plan.json");
    const plans = { plans: [{ ...parsed, stack: "x" }], unplanned: [] };
    const refused = refusedStack([]);
    const failed = withoutPlan("y", "Planning failed, and left no plan to read");
    const { verdict } = reviewPlans(plans, OPTIONS, [refused, failed]);
    expect(verdict).toMatchObject({
      decision: "stop",
      sentence: expect.stringContaining("3 plans failed"),
    });
  });
});

describe("the digest", () => {
  const digest = (name: string) => reviewOf(name, OPTIONS).digest;

  test("is the same for the same change, whenever it was planned", () => {
    const [first] = reviewOf("same").stacks;
    const [rotated] = reviewOf("same-after-rotation").stacks;
    expect(rotated?.digest).toBe(first?.digest);
  });

  test("differs where another change is planned", () => {
    const names = [
      "same",
      "update-description",
      "interval-longer",
      "rename",
      "tainted",
      "secret-removed",
    ];
    expect(new Set(names.map(digest)).size).toBe(names.length);
  });
});

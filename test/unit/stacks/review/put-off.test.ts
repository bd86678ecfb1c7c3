import { describe, expect, test } from "vitest";
import { parsePlan } from "../../../../stacks/review/read/parse-plan.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import { markdown } from "../../../../stacks/review/say/markdown.ts";
import { SECRET_TYPE } from "../../../../stacks/rules/model.ts";
import { inEveryFormat, OPTIONS } from "./plans.ts";

/** By hand, as Terraform's internal/command/jsonplan writes it: Terraform 1.11 cannot defer a change. */
function reviewOf(deferred: readonly object[], rest: object = {}) {
  const plan = {
    format_version: "1.2",
    complete: deferred.length === 0,
    resource_changes: [],
    deferred_changes: deferred,
    ...rest,
  };
  const parsed = parsePlan(Buffer.from(JSON.stringify(plan)), "plan.json");
  return reviewPlans({ plans: [{ ...parsed, stack: "x" }], unplanned: [] }, OPTIONS);
}

const secret = (actions: readonly string[], before: object | null, after: object | null) => ({
  reason: "instance_count_unknown",
  resource_change: {
    ...{ address: `${SECRET_TYPE}.app[*]`, mode: "managed", type: SECRET_TYPE, name: "app" },
    ...{ index_unknown: true, change: { actions, before, after } },
  },
});
const NONE = { create: 0, update: 0, replace: 0, delete: 0, forget: 0 };

describe("a change that Terraform puts off", () => {
  test("counts as put off, and this apply creates nothing", () => {
    const review = reviewOf([secret(["create"], null, { name: "/prod/app" })]);
    const [stack] = review.stacks;
    expect(stack?.counts).toMatchObject({ ...NONE, deferred: 1 });
    expect(stack?.secrets).toMatchObject([
      { deferred: "instance_count_unknown", fate: "first", note: expect.stringMatching(/later/) },
    ]);
    expect(review.verdict.decision).not.toBe("clear");
    expect(markdown(review)).toMatch(/^`x` · 1 deferred/m);
    expect(markdown(review)).toContain("`/prod/app` created, deferred to a later plan");
  });

  test.each([
    [["delete"], null],
    [["delete", "create"], { name: "/prod/other" }],
  ])("leaves the password as it is: %j, and stops all the same", (actions, after) => {
    const review = reviewOf([secret(actions, { name: "/prod/app" }, after)]);
    expect(review.stacks[0]?.secrets).toMatchObject([{ fate: "stays" }]);
    expect(review.verdict).toMatchObject({
      decision: "stop",
      sentence: expect.not.stringContaining("password"),
    });
  });

  test("puts nothing else of its address off: a left-over goes now", () => {
    const { resource_change: entry } = secret(
      ["update"],
      { name: "/prod/app" },
      { name: "/prod/b" },
    );
    const change = { actions: ["delete"], before: { name: "/prod/app" }, after: null };
    const [stack] = reviewOf([{ reason: "deferred_prereq", resource_change: entry }], {
      resource_changes: [{ ...entry, deposed: "0a1b2c3d", change }],
    }).stacks;
    expect(stack?.counts).toMatchObject({ ...NONE, delete: 1, deferred: 1 });
    const fates = stack?.secrets.map(({ deposed, fate }) => ({ deposed, fate }));
    expect(fates).toEqual([
      { deposed: true, fate: "lost" },
      { deposed: false, fate: "stays" },
    ]);
  });

  test("of any other resource is listed as put off too, and a step of the kit belongs to its item", () => {
    const other = (name: string, triggers: object) => ({
      reason: "deferred_prereq",
      resource_change: {
        ...{ address: `null_resource.${name}`, type: "null_resource", name },
        change: { actions: ["create"], before: null, after: { triggers } },
      },
    });
    const review = reviewOf([
      other("note", {}),
      other("app_Life_0A1B2C3D", { item: "/prod/app", target: "/rotator" }),
      other("app_735A5B53", { item: "/prod/app", rotation_interval: "30" }),
    ]);
    const [stack] = review.stacks;
    expect(stack?.others).toMatchObject([
      { address: "null_resource.note", deferred: "deferred_prereq" },
    ]);
    expect(stack?.secrets).toMatchObject([{ name: "/prod/app", deferred: "deferred_prereq" }]);
    expect(stack?.counts).toMatchObject({ ...NONE, deferred: 2 });
  });
});

test("actions that Terraform invokes are counted, also those that it puts off", () => {
  const review = reviewOf([], {
    action_invocations: [{ address: "action.aws_lambda_invoke.a", config_values: { key: "x" } }],
    deferred_action_invocations: [
      { reason: "deferred_prereq", action_invocation: { address: "action.aws_lambda_invoke.b" } },
    ],
  });
  expect(review.stacks[0]?.banners).toEqual([
    "Actions that Terraform invokes: 2; what they do is not reviewed",
  ]);
  expect(review.verdict.decision).toBe("look");
  for (const [format, text] of inEveryFormat(review)) {
    if (["terminal", "markdown", "html", "json"].includes(format)) {
      expect(text, format).toContain("Actions that Terraform invokes: 2");
    }
  }
});

import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findPlans } from "../../../../stacks/review/read/find-plans.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import { reviewSchema } from "../../../../stacks/review/review-schema.ts";
import { markdown } from "../../../../stacks/review/say/markdown.ts";
import { CANARY } from "../../../review/scenario.ts";
import { inEveryFormat, noStream, OPTIONS, PLANS, planNames, reviewOf } from "./plans.ts";

test("the collection holds at least forty plans", () => {
  expect(planNames.length).toBeGreaterThanOrEqual(40);
});

test.each(planNames)("%s is reviewed as it always was", async (name) => {
  await expect(markdown(reviewOf(name))).toMatchFileSnapshot(`${PLANS}${name}/review.md`);
});

test.each(planNames)("no secret of %s is in any format", (name) => {
  for (const [format, text] of inEveryFormat(reviewOf(name))) {
    expect(text.includes(CANARY), format).toBe(false);
  }
});

test.each(planNames)("%s gives a document of the published schema, twice the same", (name) => {
  const review = reviewOf(name);
  expect(reviewSchema.parse(review)).toEqual(review);
  expect(inEveryFormat(reviewOf(name))).toEqual(inEveryFormat(review));
});

test("twelve stacks at once make one review, worst first", () => {
  const folder = mkdtempSync(join(tmpdir(), "rotation-kit-review-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const names = planNames.filter((name) => !name.startsWith("hcl-")).slice(0, 12);
  for (const name of names) {
    const stack = join(folder, "stacks", name);
    mkdirSync(stack, { recursive: true });
    cpSync(join(PLANS, name, "plan.json"), join(stack, "plan.json"));
    cpSync(join(PLANS, name, "cdk.tf.json"), join(stack, "cdk.tf.json"));
  }
  mkdirSync(join(folder, "stacks", "unplanned"));
  cpSync(join(PLANS, "create", "cdk.tf.json"), join(folder, "stacks", "unplanned", "cdk.tf.json"));
  const review = reviewPlans(findPlans(folder, noStream), OPTIONS);
  expect(review.stacks).toHaveLength(12);
  expect(review.stacks[0]?.blind_spots).toContain("the stack unplanned has no plan");
  expect(markdown(review).length).toBeLessThanOrEqual(65_536);
});

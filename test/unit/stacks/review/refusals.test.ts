import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import { findPlans } from "../../../../stacks/review/read/find-plans.ts";
import { parsePlan } from "../../../../stacks/review/read/parse-plan.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import { CANARY } from "../../../review/scenario.ts";
import { noStream, OPTIONS, PLANS, planNames } from "./plans.ts";

const SECRET = "canary-in-the-file";
const PLAN = { format_version: "1.2", resource_changes: [], planned_values: {} };

function refusal(bytes: Uint8Array): KitError {
  try {
    parsePlan(bytes, "plan.json");
  } catch (error) {
    if (error instanceof KitError) return error;
    throw error;
  }
  throw new Error("it was read");
}

const text = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const document = JSON.stringify({ ...PLAN, variables: { password: { value: SECRET } } });

describe("what is not a plan is refused, and nothing of it is quoted", () => {
  test.each([
    ["nothing", text(""), "plan_not_json"],
    ["a word", text(SECRET), "plan_not_json"],
    ["a list", text([SECRET]), "plan_not_json"],
    ["a file of another kind", text({ password: SECRET }), "plan_not_json"],
    ["a plan that ends early", text(document.slice(0, -20)), "plan_truncated"],
    ["JSON with a fault", text(document.replace('":{"', `":${SECRET}{"`)), "plan_not_json"],
    ["a saved plan", Buffer.from([0x50, 0x4b, 3, 4, ...text(SECRET)]), "plan_is_binary"],
    ["the plan's text", text(`Terraform will perform … ${SECRET}`), "plan_is_text"],
    ["the log of plan -json", text(`{"@level":"info"}\n{"@message":"${SECRET}"}`), "plan_is_text"],
    ["a state file", text({ version: 4, serial: 1, lineage: SECRET }), "plan_is_state"],
    ["a shown state", text({ format_version: "1.0", values: { x: SECRET } }), "plan_is_state"],
    ["a plan of version 2", text({ ...PLAN, format_version: "2.0" }), "plan_other_version"],
    ["a plan of version 10", text({ ...PLAN, format_version: "10.1" }), "plan_other_version"],
    ["changes of a wrong type", text({ ...PLAN, resource_changes: SECRET }), "plan_malformed"],
    ["only a version", text({ format_version: "1.2", [SECRET]: 1 }), "plan_malformed"],
  ])("%s", (_, bytes, code) => {
    const error = refusal(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toContain("plan.json");
    expect(error.message).not.toContain("canary");
  });
});

test("whatever happens to the bytes of a plan, what is said of it holds no secret", () => {
  const bytes = readFileSync(join(PLANS, "update-after-rotation", "plan.json"));
  const places = fc.nat(bytes.length);
  const damage = fc.constantFrom("", "}", '"', ":", "\0", "{}", ',"lineage":1,"serial":2,');
  fc.assert(
    fc.property(places, places, damage, (from, to, text) => {
      const damaged = Buffer.concat([
        ...[bytes.subarray(0, from), Buffer.from(text), bytes.subarray(to)],
      ]);
      expect(saidOf(damaged)).not.toContain(CANARY);
    }),
    { numRuns: 200 },
  );
});

/** What a reader gets to see of a file: a review, or the sentence of a refusal. */
function saidOf(bytes: Uint8Array): string {
  try {
    const plans = [{ ...parsePlan(bytes, "plan.json"), stack: "x" }];
    return JSON.stringify(reviewPlans({ plans, unplanned: [] }, OPTIONS));
  } catch (error) {
    if (error instanceof KitError) return error.message;
    throw error;
  }
}

describe("what is a plan is read", () => {
  test("with a byte order mark, and in UTF-16 as PowerShell writes it", () => {
    const plan = JSON.stringify(PLAN);
    expect(parsePlan(Buffer.from(`\ufeff${plan}`), "x").plan.format_version).toBe("1.2");
    expect(parsePlan(Buffer.from(`\ufeff${plan}`, "utf16le"), "x").plan.format_version).toBe("1.2");
  });

  test("with names, actions and reasons that nobody knows yet, which are named", () => {
    const { unknownWords } = parsePlan(
      text({
        ...PLAN,
        format_version: "1.99",
        novelty: 1,
        resource_changes: [
          {
            address: "a.b",
            type: "a",
            name: "b",
            action_reason: "because",
            of_entry: 1,
            change: { actions: ["adopt"], of_change: 1 },
          },
        ],
        deferred_changes: [
          {
            reason: "later",
            resource_change: {
              ...{ address: "a.c", type: "a", name: "c" },
              change: { actions: ["create"], of_deferred: 1 },
            },
          },
        ],
      }),
      "x",
    );
    expect(unknownWords).toEqual(
      ["adopt", "because", "novelty", "of_change", "of_entry", "of_deferred", "later"].sort(),
    );
  });

  test.each(planNames)("%s holds no word that the review does not know", (name) => {
    const [plan] = findPlans(`${PLANS}${name}`, noStream).plans;
    expect(plan?.unknownWords).toEqual([]);
  });

  test("without complete and applyable, as OpenTofu writes it: no banner", () => {
    const review = reviewPlans(
      { plans: [{ ...parsePlan(text(PLAN), "x"), stack: "x" }], unplanned: [] },
      OPTIONS,
    );
    expect(review.stacks[0]?.banners).toEqual([]);
  });

  test("from standard input", () => {
    expect(findPlans("-", () => text(PLAN)).plans).toHaveLength(1);
  });
});

describe("a place without a plan is refused", () => {
  test("no such file, and a folder without one", () => {
    const folder = mkdtempSync(join(tmpdir(), "rotation-kit-review-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    expect(() => findPlans(join(folder, "missing.json"), noStream)).toThrow(
      /cannot be read \(ENOENT/,
    );
    expect(() => findPlans(folder, noStream)).toThrow(/holds no plan.json/);
  });
});

test("the command prints one line and ends with 1", () => {
  const folder = mkdtempSync(join(tmpdir(), "rotation-kit-review-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "plan.json");
  writeFileSync(file, document.slice(0, -20));
  const cli = ["--import", "tsx", "cli.ts", "review", file];
  let failure: { status?: number; stderr?: string; stdout?: string } = {};
  try {
    execFileSync(process.execPath, cli, { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    failure = error as typeof failure;
  }
  expect(failure.status).toBe(1);
  expect(failure.stdout).toBe("");
  expect(failure.stderr).toMatch(/^plan_truncated: .*\n$/);
});

import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { reviewJsonSchema } from "../../../../stacks/review/review-schema.ts";
import { sarif } from "../../../../stacks/review/say/sarif.ts";
import { terminal } from "../../../../stacks/review/say/terminal.ts";
import { planNames, reviewOf, said } from "./plans.ts";

// Draft 4 calls its address "id", which later drafts refuse.
const {
  id: _id,
  $schema: _schema,
  ...sarifSchema
} = createRequire(import.meta.url)("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");

test.each([
  ["terminal", "/prod/app → /prod/renamed: password lost"],
  ["markdown", "| `/prod/app` → `/prod/renamed` | **lost"],
  ["html", "<code>/prod/app</code> → <code>/prod/renamed</code>"],
] as const)("%s says both names of a secret that gets another", (format, text) => {
  expect(said(format, "rename")).toContain(text);
});

describe("SARIF", () => {
  const ajv = new Ajv({ strict: false, validateSchema: false, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(sarifSchema);

  test.each(planNames)("of %s fits its schema", (name) => {
    validate(JSON.parse(said("sarif", name)));
    expect(validate.errors).toBeNull();
  });

  test("says of a plan that failed that it did, without a finding too", () => {
    const { invocations, results } = JSON.parse(said("sarif", "destroy-protected")).runs[0];
    expect(results).toEqual([]);
    expect(invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { level: "error", message: { text: expect.stringContaining("Planning failed") } },
        ],
      },
    ]);
  });

  test("fits its schema with what the gateway said", () => {
    const review = reviewOf("rename");
    const error = "the rotator answered 409 (out_of_sync)";
    const rotations = [{ name: "/prod/app", last: "2026-11-20 02:00 UTC", error }];
    const stacks = review.stacks.map((stack) => ({ ...stack, rotations }));
    const text = sarif({ ...review, stacks }, "catalog.ts");
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
    expect(text).toContain(error);
  });

  test("points at the file of the declarations, and keeps a fingerprint for each place", () => {
    const { results } = JSON.parse(said("sarif", "many")).runs[0];
    const [{ physicalLocation }] = results[0].locations;
    expect(physicalLocation.artifactLocation.uri).toBe("catalog.ts");
    const prints = results.map(
      (result: { partialFingerprints: { primaryLocationLineHash: string } }) =>
        result.partialFingerprints.primaryLocationLineHash,
    );
    expect(new Set(prints).size).toBe(prints.length);
  });
});

const validateReview = new Ajv2020({ strict: false }).compile(reviewJsonSchema());

test.each(planNames)("the JSON of %s fits the published schema", (name) => {
  validateReview(JSON.parse(said("json", name)));
  expect(validateReview.errors).toBeNull();
});

describe("the terminal", () => {
  test.each([40, 80, 132])("keeps within %d columns but for words that are longer", (columns) => {
    for (const line of terminal(reviewOf("many"), { columns, color: false }).split("\n")) {
      if (line.trim().includes(" ")) expect(line.length, line).toBeLessThanOrEqual(columns);
    }
  });

  test("has color only when asked to", () => {
    const review = reviewOf("rename");
    expect(terminal(review, { columns: 80, color: false })).not.toContain("\u001b");
    expect(terminal(review, { columns: 80, color: true })).toContain("\u001b[31m");
  });

  test("begins no line with a workflow command, and holds none of Azure's", () => {
    const text = terminal(reviewOf("hcl-hostile-keys"), { columns: 40, color: false });
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toContain("##[");
  });
});

describe("HTML", () => {
  test.each(planNames)("of %s asks no server and runs no script", (name) => {
    const page = said("html", name);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<(script|img|iframe|link|a)[\s>]|<[^>]*\s(src|href|on\w+)=/i);
  });

  test("draws targets, secrets and what becomes of the passwords", () => {
    const page = said("html", "many");
    expect(page.match(/<line /g)).toHaveLength(10);
    expect(page).toContain("/rotator (updated)");
  });
});

describe("JUnit", () => {
  test("fails for each finding that the change brings, and passes without one", () => {
    expect(said("junit", "rename")).toMatch(/tests="1" failures="1"/);
    expect(said("junit", "same")).toMatch(/tests="1" failures="0"/);
  });

  test("fails for a plan that failed, without a finding too", () => {
    const text = said("junit", "destroy-protected");
    expect(text).toMatch(/tests="1" failures="1"/);
    expect(text).toMatch(/<failure type="critical" message="Planning failed/);
  });

  test("holds no character that XML 1.0 does not know", () => {
    expect(said("junit", "hcl-hostile-keys")).not.toMatch(
      /[^\n\t\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u,
    );
  });
});

test("an annotation names a plan that failed", () => {
  expect(said("github", "destroy-protected")).toMatch(
    /^::error title=no plan to apply::test: Planning failed.*\n$/,
  );
});

test("annotations name the worst findings, ten of a kind", () => {
  const lines = said("github", "hcl-hostile-keys").trimEnd().split("\n");
  expect(lines.filter((line) => line.startsWith("::error title=AKR"))).toHaveLength(10);
  expect(lines.every((line) => /^::(error|warning|notice) title=[^:]+::[^\r\n]+$/.test(line))).toBe(
    true,
  );
});

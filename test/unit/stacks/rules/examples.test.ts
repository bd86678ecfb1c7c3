import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { RULES } from "../../../../stacks/rules/all.ts";
import { evaluate } from "../../../../stacks/rules/evaluate.ts";
import { rulePolicySchema } from "../../../../stacks/rules/policy-schema.ts";
import type { Example, Rule } from "../../../../stacks/rules/rule.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

const findings = (rule: Rule, example: Example) =>
  evaluate({
    deployment: {
      resources: example.resources ?? [],
      providers: example.providers ?? [],
      ...(example.backend && { backend: example.backend }),
    },
    policy: rulePolicySchema.parse(example.policy ?? {}),
    now: NOW,
    phase: "plan",
  }).filter((finding) => finding.rule === rule.id);

describe.each(RULES)("$id $title", (rule) => {
  it.each(rule.examples.fail)("finds: $title", (example) => {
    expect(findings(rule, example)).not.toEqual([]);
  });

  it.each(rule.examples.pass)("accepts: $title", (example) => {
    expect(findings(rule, example)).toEqual([]);
  });

  it.each(rule.examples.fail)("gives the severity that the title names: $title", (example) => {
    const named = /\((critical|high|medium|low|info)\)$/.exec(example.title)?.[1];
    if (named === undefined) return;
    expect(findings(rule, example).map(({ severity }) => severity)).toContain(named);
  });

  it("speaks in sentences", () => {
    const messages = rule.examples.fail.flatMap((example) =>
      findings(rule, example).map(({ message }) => message),
    );
    for (const message of messages) expect(message).toMatch(/^[^\n]{10,400}[^.\n]$/);
    expect(rule.reason).toMatch(/\.$/);
    expect(rule.remedy).toMatch(/^[A-Z].*\.$/);
    expect(rule.title).toMatch(/[^.]$/);
  });
});

describe("the list of rules", () => {
  it("holds every file of domain/ once, in the order of the ids", async () => {
    const files = await readdir(new URL("../../../../stacks/rules/domain", import.meta.url));
    const ids = files.flatMap((file) => /^akr\d{3}/.exec(file)?.[0].toUpperCase() ?? []);
    expect(RULES.map(({ id }) => id)).toEqual(ids.sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("shows at least one good and one bad example of each rule", () => {
    for (const { examples } of RULES) {
      expect(examples.pass.length).toBeGreaterThan(0);
      expect(examples.fail.length).toBeGreaterThan(0);
    }
  });
});

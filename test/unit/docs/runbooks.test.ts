import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly action: string };
}

const rules = ["rotator/observability/alerts.yaml", "docs/examples/alerts/item-alerts.yaml"]
  .map((file) => parse(read(file)) as { groups: { rules: Rule[] }[] })
  .flatMap(({ groups }) => groups.flatMap((group) => group.rules));

/** The words in code that a line at the head of a page names. */
function named(page: string, line: "Alerts" | "Codes"): string[] {
  const [head = ""] = page.split("\n## ");
  const [, words = ""] = new RegExp(`^- \\*\\*${line}:\\*\\* (.*)$`, "m").exec(head) ?? [];
  return [...words.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

test.each(
  rules,
)("$alert leads to a runbook whose head names it, and its code if it pages", (rule) => {
  const { alert, expr, labels, annotations } = rule;
  expect(annotations.action).toMatch(/^docs\/runbooks\/[\w-]+\.md$/);
  const page = read(annotations.action);
  expect(named(page, "Alerts")).toContain(alert);
  if (labels.severity !== "critical") return;
  const codes = [...expr.matchAll(/\b(?:outcome|code)=~?"([^"]+)"/g)].flatMap(([, list = ""]) =>
    list.split("|"),
  );
  expect(named(page, "Codes")).toEqual(codes);
});

test("the list of runbooks has every page, with the alerts and codes of its head", () => {
  const list = read("docs/runbooks/README.md");
  const pages = readdirSync(new URL("docs/runbooks/", ROOT)).filter((name) => name !== "README.md");
  for (const name of pages) {
    const page = read(`docs/runbooks/${name}`);
    const row = list.split("\n").find((line) => line.includes(`(${name})`)) ?? "";
    const words = [...named(page, "Alerts"), ...named(page, "Codes")];
    expect({ name, words: [...row.matchAll(/`([^`]+)`/g)].map(([, word]) => word) }).toEqual({
      name,
      words,
    });
  }
  const alerts = pages.flatMap((name) => named(read(`docs/runbooks/${name}`), "Alerts"));
  expect(alerts.sort()).toEqual(rules.map(({ alert }) => alert).sort());
});

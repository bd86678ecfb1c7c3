import { oneLine } from "../../../../common/plain-text.ts";
import type { CaseReport, ConformanceReport } from "../../conformance/run.ts";

/** For people at a terminal. */
export function conformanceText({ cases, score }: ConformanceReport): string {
  const lines = cases.flatMap((each) => [
    `${WORDS[each.result]}  ${each.id}  ${each.title}`,
    ...detailsOf(each).map(([name, value]) => `          ${name}: ${oneLine(value)}`),
  ]);
  const scores = Object.entries(score).map(([name, { passed, of }]) => `${name} ${passed}/${of}`);
  return `${[...lines, "", scores.join("  ")].join("\n")}\n`;
}

/** For a pull request or a page. */
export function markdownReport({ cases, score }: ConformanceReport): string {
  const scores = Object.entries(score).map(
    ([name, { passed, of }]) => `| ${name} | ${passed} of ${of} |\n`,
  );
  const rows = cases.map(
    ({ id, title, result, detail = "" }) =>
      `| ${id} | ${title} | ${result} | ${oneLine(detail).replaceAll("|", "\\|")} |\n`,
  );
  return `| Profile | Passed |\n|---|---|\n${scores.join("")}\n| Case | | Result | Detail |\n|---|---|---|---|\n${rows.join("")}`;
}

/** For CI systems. */
export function junitReport({ cases }: ConformanceReport): string {
  const count = (result: CaseReport["result"]) =>
    cases.filter((each) => each.result === result).length;
  const rows = cases.map((each) => {
    const name = `classname="${each.profile}" name="${xml(`${each.id} ${each.title}`)}"`;
    const text = xml(
      detailsOf(each)
        .map(([what, value]) => `${what}: ${value}`)
        .join("\n"),
    );
    const detail = xml(each.detail ?? "");
    switch (each.result) {
      case "failed":
        return `<testcase ${name}><failure message="${detail}">${text}</failure></testcase>`;
      case "skipped":
        return `<testcase ${name}><skipped message="${detail}"/></testcase>`;
      case "warning":
        return `<testcase ${name}><system-out>${text}</system-out></testcase>`;
      default:
        return `<testcase ${name}/>`;
    }
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="rotator conformance" tests="${cases.length}" failures="${count("failed")}" skipped="${count("skipped")}">
${rows.join("\n")}
</testsuite>
`;
}

const WORDS = {
  passed: "passed ",
  failed: "FAILED ",
  warning: "warning",
  skipped: "skipped",
} as const;

function detailsOf({ detail, sent, received, why, repair }: CaseReport): [string, string][] {
  const named = { detail, sent, received, why, repair };
  return Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
}

/** Text in XML 1.0: without the characters that it cannot hold. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, "?")
    .replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

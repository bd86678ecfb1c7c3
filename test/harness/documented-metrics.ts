import { readFileSync } from "node:fs";

const PAGE = new URL("../../docs/reference/metrics.md", import.meta.url);

/** The metrics of a scrape that docs/reference/metrics.md does not tell of; those of Node.js aside. */
export function undocumentedMetrics(scrape: string): string[] {
  const page = readFileSync(PAGE, "utf8");
  return [...scrape.matchAll(/^# TYPE (\S+)/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => !/^(nodejs|process)_/.test(name) && !page.includes(`| \`${name}\` |`));
}

import { readFileSync } from "node:fs";

/** The parts of a runbook, in the order in which somebody works through it. */
export const PARTS = ["Find out", "Repair", "Verify", "Undo"] as const;
export type Part = (typeof PARTS)[number];

export const RUNBOOKS = new URL("../../../../docs/runbooks/", import.meta.url);

/** The commands that each part of a page shows, as one script; "" for a part without commands. */
export function readPage(name: string): ReadonlyMap<Part, string> {
  const text = readFileSync(new URL(`${name}.md`, RUNBOOKS), "utf8");
  const sections = text.split(/^## /m).slice(1);
  const titles = sections.map((section) => section.slice(0, section.indexOf("\n")));
  if (titles.join() !== PARTS.join()) throw new Error(`${name}.md has the parts ${titles.join()}`);
  return new Map(
    PARTS.map((part, index) => [
      part,
      [...(sections[index] ?? "").matchAll(/^```sh\n(.*?)^```$/gms)]
        .map(([, script]) => script)
        .join(""),
    ]),
  );
}

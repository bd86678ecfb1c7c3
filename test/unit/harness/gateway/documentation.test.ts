import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { faults } from "../../../harness/faults.ts";
import { ASSUMPTIONS } from "../../../harness/gateway/fidelity.ts";
import { completeOptions } from "../../../harness/gateway/options.ts";
import { operations } from "../../../harness/gateway/server.ts";

const page = readFileSync(
  new URL("../../../../docs/reference/emulator.md", import.meta.url),
  "utf8",
);

/** The first column of the table under a heading, without back-ticks. */
function firstColumn(heading: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell ?? "");
}

describe("docs/reference/emulator.md", () => {
  it("lists exactly the operations that are served, with their deprecated paths", () => {
    const rows = page.split("\n").filter((line) => line.startsWith("| `/"));
    const listed = rows.flatMap(
      (row) =>
        row
          .split("|")
          .slice(1, 3)
          .join()
          .match(/\/[a-z-]+/g) ?? [],
    );
    const served = operations.flatMap(({ paths }) => paths);
    expect(listed.toSorted()).toEqual(served.toSorted());
  });

  it("lists every fault with the words of the code", () => {
    expect(firstColumn("Faults")).toEqual(Object.keys(faults));
    for (const [name, text] of Object.entries(faults))
      expect(page).toContain(`| \`${name}\` | ${text} |`);
  });

  it("names every option that is not an assumption", () => {
    const names = Object.keys(completeOptions({}, undefined, () => "random"));
    for (const name of names.filter((each) => !Object.hasOwn(ASSUMPTIONS, each)))
      expect(page).toContain(`\`${name}\``);
  });
});

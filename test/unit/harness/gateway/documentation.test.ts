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

const read = (name: string) =>
  readFileSync(new URL(`../../../../docs/reference/${name}`, import.meta.url), "utf8");

it("stand-in-provider.md has a row for each of the eleven measured differences", () => {
  const rows = read("stand-in-provider.md").matchAll(
    /^\| (\d+) \| [^|]{20,} \|[^|]*\| [^|]{5,} \|$/gm,
  );
  const numbers = new Set([...rows].map(([, number]) => Number(number)));
  expect([...numbers]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

// What a comparison with newer SDKs and with the vendor's pages found, and nobody outside can settle.
it.each([
  ...["lock-on-read", "lock-ttl", "rotate-on-unlock", "skip-dry-run", "host-provider"],
  ...["secure-access-enforce-hosts-restriction", "target", "force-delete"],
  ...["dryRunOnCreate", "dryRunAnswer", "dryRunAccessId", "rotationIntervalUnit"],
])("gateway-fidelity.md has a row for %s", (field) => {
  expect(read("gateway-fidelity.md")).toMatch(new RegExp(`^\\|.*\`${field}\`.*\\|.+\\|$`, "m"));
});

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

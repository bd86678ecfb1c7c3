import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loginBlocks } from "../../../stacks/akeyless/provider.ts";
import { terraformName } from "../../../stacks/attributes/attribute.ts";
import { recorded } from "../../compatibility/provider-schema.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const page = read("docs/reference/coverage.md");
const constructs = readdirSync(path.join(root, "stacks/constructs"))
  .map((file) => read(`stacks/constructs/${file}`))
  .join("\n");

/** The cells of the table below a heading, without their code marks. */
function rows(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .slice(1)
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.replaceAll("`", "")),
    );
}

const column = (heading: string, index: number) => rows(heading).map((row) => row[index] ?? "");

describe("docs/reference/coverage.md", () => {
  it.each([
    ["Custom rotated secret", "akeyless_rotated_secret_custom"],
    ["Web Target", "akeyless_target_web"],
  ])("%s: has one row for each attribute of the released provider 2.0.5", (heading, type) => {
    const listed = column(heading, 2).filter((name) => !name.startsWith("none"));
    const names = listed.map((cell) => cell.split(" ")[0]);
    expect(names.sort()).toEqual(Object.keys(recorded[type] ?? {}).sort());
  });

  it("has every login of the provider", () => {
    const listed = column("Login of the provider", 0).filter((name) => name.endsWith("_login"));
    expect(listed.sort()).toEqual(Object.keys(loginBlocks).map(terraformName).sort());
    for (const property of column("Login of the provider", 1)) {
      expect(constructs).toContain(`static ${property.split(".")[1]}(`);
    }
  });
});

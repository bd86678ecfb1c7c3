import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { checkRecipe } from "../../../rotator/systems/http/check-recipe.ts";
import { recipeSchema } from "../../../rotator/systems/http/recipe.ts";

const read = (path: string) =>
  readFileSync(new URL(`../../../docs/${path}`, import.meta.url), "utf8");

test.each([
  ["guides/move-a-hook-script.md", "examples/reporting-hook.sh"],
  ["guides/write-a-system.md", "examples/redis-system.ts"],
  ["guides/write-a-system.md", "examples/redis-system.test.ts"],
])("%s shows %s as it is", (guide, example) => {
  expect(read(guide)).toContain(read(example).trimEnd());
});

test("the recipe in guides/write-a-recipe.md is sound", () => {
  const [, block = ""] =
    /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(read("guides/write-a-recipe.md")) ?? [];
  expect(checkRecipe(recipeSchema.parse(parse(block)))).toEqual([]);
});

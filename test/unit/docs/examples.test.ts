import { readFileSync } from "node:fs";
import { Testing } from "cdktf";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { declare } from "../../../docs/examples/readme-catalog.ts";
import {
  commandAnswerSchemas,
  commandRequestSchema,
} from "../../../rotator/systems/command/protocol.ts";
import { checkRecipe } from "../../../rotator/systems/http/check-recipe.ts";
import { recipeSchema } from "../../../rotator/systems/http/recipe.ts";
import { RotationStack } from "../../../stacks/index.ts";

const read = (path: string) =>
  readFileSync(new URL(`../../../docs/${path}`, import.meta.url), "utf8");

test.each([
  ["guides/move-a-hook-script.md", "examples/reporting-hook.sh"],
  ["guides/write-a-system.md", "examples/redis-system.ts"],
  ["guides/write-a-system.md", "examples/redis-system.test.ts"],
  ["guides/write-a-recipe.md", "examples/recipe.test.ts"],
  ["guides/read-the-secret.md", "examples/read-secret.ts"],
  ["guides/run-in-a-function.md", "examples/function-host.ts"],
  ["guides/reload-consumers.md", "examples/verify-notification.ts"],
])("%s shows %s as it is", (guide, example) => {
  const shown = read(example).replaceAll("../../rotator/index.ts", "akeyless-rotation-kit/rotator");
  expect(read(guide)).toContain(shown.trimEnd());
});

test("the declaration in README.md is examples/readme-catalog.ts, and synthesizes", () => {
  const shown = read("examples/readme-catalog.ts").replaceAll(
    "../../stacks/index.ts",
    "akeyless-rotation-kit",
  );
  expect(read("../README.md")).toContain(shown.trimEnd());
  const stack = new RotationStack(Testing.app(), "production", {
    environment: {
      rotatorUrl: "https://rotator.example.com/rotate",
      intervalUnit: "days",
      secureRemoteAccess: "enabled",
      deleteProtection: true,
    },
  });
  declare(stack);
  expect(Testing.synth(stack)).toContain("svc-reporting");
});

test("the documents of guides/move-a-hook-script.md are what its schema says", () => {
  const documents = [...read("guides/move-a-hook-script.md").matchAll(/```json\n(.+)\n```/g)];
  const [request, answer] = documents.map(([, text = ""]) => JSON.parse(text));
  expect(commandRequestSchema.parse(request)).toEqual(request);
  expect(commandAnswerSchemas.change.parse(answer)).toEqual(answer);
  // Nothing in the published file refers to what is not there.
  expect(read("reference/command.schema.json")).not.toContain("$ref");
});

test("the recipe in guides/write-a-recipe.md is sound", () => {
  const [, block = ""] =
    /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(read("guides/write-a-recipe.md")) ?? [];
  expect(checkRecipe(recipeSchema.parse(parse(block)))).toEqual([]);
});

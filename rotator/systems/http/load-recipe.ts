import { readdir, readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import * as z from "zod";
import { KitError } from "../../errors.ts";
import { checkRecipe } from "./check-recipe.ts";
import { type Recipe, recipeSchema } from "./recipe.ts";

/** The folder of the recipes that are shipped. */
const SHIPPED = fileURLToPath(new URL("../recipes/", import.meta.url));

/** Names of the shipped recipes, sorted. */
export async function shippedRecipes(): Promise<string[]> {
  const files = await readdir(SHIPPED);
  return files
    .filter((file) => extname(file) === ".yaml")
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/**
 * Finds, reads and checks a recipe: a shipped one by name, one in a file by path, or one that is
 * part of the configuration.
 * @throws KitError recipe_not_found or recipe_invalid
 */
export async function loadRecipe(source: string | Recipe, directory: string): Promise<Recipe> {
  if (typeof source !== "string") return checked(source, "the configured recipe");
  const isPath = /\.(ya?ml|json)$/.test(source);
  const shipped = await shippedRecipes();
  if (!isPath && !shipped.includes(source)) {
    const known = shipped.join(", ");
    throw new KitError(
      "recipe_not_found",
      `There is no recipe "${source}"; shipped are: ${known}.`,
    );
  }
  const path = isPath ? resolve(directory, source) : resolve(SHIPPED, `${source}.yaml`);
  return checked(recipeSchema.safeParse(await readYaml(path)), path);
}

async function readYaml(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new KitError("recipe_not_found", `The recipe cannot be read: ${path}.`, { cause });
  }
  try {
    return parse(text, { maxAliasCount: 50 });
  } catch (cause) {
    throw new KitError("recipe_invalid", `${path} is no valid YAML.`, { cause });
  }
}

function checked(recipe: Recipe | z.ZodSafeParseResult<Recipe>, place: string): Recipe {
  if ("success" in recipe && !recipe.success) {
    throw new KitError("recipe_invalid", `${place}:\n${z.prettifyError(recipe.error)}`);
  }
  const value = "success" in recipe ? (recipe.data as Recipe) : recipe;
  const problems = checkRecipe(value);
  if (problems.length === 0) return value;
  throw new KitError(
    "recipe_invalid",
    `${place}:\n${problems.map((line) => `✖ ${line}`).join("\n")}`,
  );
}

import { readdir, readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { KitError } from "../../../common/errors/kit-error.ts";
import { readFailure } from "../../../common/read-failure.ts";
import { schemaProblems } from "../../../common/schema-problems.ts";
import { readYaml, YamlError } from "../../../common/yaml.ts";
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
    throw new KitError("recipe_not_found", {
      problem: `There is no recipe "${source}"; shipped are: ${known}.`,
    });
  }
  const path = isPath ? resolve(directory, source) : resolve(SHIPPED, `${source}.yaml`);
  return checked(parsed(await readDocument(path), path), path);
}

async function readDocument(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const sentence = `The recipe ${path} cannot be read (${readFailure(cause)}).`;
    throw new KitError("recipe_not_found", { problem: sentence }, { cause });
  }
  try {
    return readYaml(text);
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    throw new KitError(
      "recipe_invalid",
      { problem: `${path} is not YAML: ${cause.message}.` },
      { cause },
    );
  }
}

function parsed(document: unknown, place: string): Recipe {
  const recipe = recipeSchema.safeParse(document);
  if (recipe.success) return recipe.data;
  const lines = schemaProblems(recipe.error.issues, document).map(
    ({ path, message }) => `${path.join(".") || "the recipe"} ${message}`,
  );
  throw invalid(place, lines);
}

function checked(recipe: Recipe, place: string): Recipe {
  const problems = checkRecipe(recipe);
  if (problems.length > 0) throw invalid(place, problems);
  return recipe;
}

function invalid(place: string, lines: readonly string[]): KitError {
  return new KitError("recipe_invalid", { problem: [`${place}:`, ...lines].join("\n  - ") });
}

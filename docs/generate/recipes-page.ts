import * as z from "zod";
import {
  commandAnswerSchemas,
  commandRequestSchema,
} from "../../rotator/systems/command/protocol.ts";
import { adminMembers } from "../../rotator/systems/http/admin-members.ts";
import { loadRecipe, shippedRecipes } from "../../rotator/systems/http/load-recipe.ts";
import type { Authentication, Recipe, Verb } from "../../rotator/systems/http/recipe.ts";
import { recipeSchema } from "../../rotator/systems/http/recipe.ts";
import type { RecipeRequest } from "../../rotator/systems/http/recipe-request.ts";
import { LIVE_RUNS, type LiveRun } from "../../test/live/runs.ts";
import { code, GENERATED, table } from "./markdown.ts";

const recipes = await Promise.all(
  (await shippedRecipes()).map(async (name) => ({ name, recipe: await loadRecipe(name, "/") })),
);

/** docs/reference/recipe.schema.json, for editors and other tools. */
export function recipeJsonSchema(): object {
  return z.toJSONSchema(recipeSchema, { io: "input" });
}

/** docs/reference/command.schema.json: what a command reads and what it may answer. */
export function commandJsonSchema(): object {
  const answers = Object.entries(commandAnswerSchemas).map(([verb, schema]) => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
    return [verb, rest];
  });
  const { $schema, ...request } = z.toJSONSchema(commandRequestSchema);
  return {
    $schema,
    title: "rotation-kit/command/v1",
    $defs: { request, answers: Object.fromEntries(answers) },
  };
}

/** docs/reference/recipes.md, from the shipped recipes themselves. */
export function recipesPage(): string {
  return `# Recipes

${GENERATED}

A recipe describes an HTTP system; the operator adds its address and the credential to use
there ([configuration](rotator-configuration.md#systems)). How to write one:
[guide](../guides/write-a-recipe.md), [schema](recipe.schema.json).

*Run against the product* means that the test suite rotates credentials of a real instance; *by hand*, that it does so
with \`.ci/install-products --by-hand\` and \`npm run test:by-hand\`; [what ran](#what-ran) says when it last did. The
others were written from the product's documentation and sources, and run against a fake that
follows them; they were **not run against the product**. Try them on a test
account first. A mistake in a recipe usually shows as \`unknown\` or as a failed verification. The rotator can
compute a derived password again, so you can recover the account.

${table(
  ["Recipe", "Product", "Authority", "Run against"],
  recipes.map(({ name, recipe }) => [
    `[${name}](#${name})`,
    recipe.product,
    authorities(recipe).join(", "),
    runAgainst(recipe),
  ]),
)}

## What ran

Each run makes ten rotations, loses an answer, and lets an application go on with the old password. A product is also
put through a locked account, a policy that became stricter, and a wrong admin credential, where it knows them.

${table(
  ["Product", "Version", "By", "Last run", "Locked account", "Stricter policy", "Wrong admin"],
  Object.values<LiveRun>(LIVE_RUNS).map((run) => [
    run.product,
    run.version,
    run.by.map(ranBy).join(", "),
    run.byHand === undefined ? "each run of CI" : `by hand, ${run.byHand}`,
    run.lock ?? "no lock",
    run.policy ?? "yes",
    run.admin === false ? "no admin" : "yes",
  ]),
)}

*perhaps blocked*: the product does not say whether an account is blocked, so a refused login proves nothing.
*disabled*: only an administrator can lock an account. PostgreSQL, Redis, Verdaccio and the demonstration's application
run for real too, in suites of their own. All other recipes ran against fakes only.

${recipes.map(({ name, recipe }) => section(name, recipe)).join("\n\n")}
`;
}

const ranBy = (name: string) =>
  name.endsWith(".sh") ? `[${name}](../examples/${name})` : `[${name}](#${name})`;

function section(name: string, recipe: Recipe): string {
  const parts = [
    `## ${name}`,
    `${recipe.product}. Written from: ${recipe.api_version}. ${
      recipe.run_against === "fake"
        ? "**Not run against the product.**"
        : `Run against ${runAgainst(recipe)}.`
    }`,
    table(["Step", "As", "Requests"], steps(recipe)),
    parameters(recipe),
    admins(recipe),
    list(recipe.notes),
    list(recipe.documentation.map((link) => `<${link}>`)),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

const RUN_AGAINST = { product: "the product", "by-hand": "the product, by hand", fake: "a fake" };
const runAgainst = (recipe: Recipe) => RUN_AGAINST[recipe.run_against];

function authorities({ change, keys }: Recipe): string[] {
  return [
    ...(change.account === undefined ? [] : ["account"]),
    ...(change.admin === undefined ? [] : ["admin, reconcile"]),
    ...(keys === undefined ? [] : ["keys"]),
  ];
}

function steps({ authentication, probe, change, keys }: Recipe): string[][] {
  const login = (as: Verb["as"]) => (as === "nobody" ? [] : flow(authentication[as]));
  const rows: string[][] = [
    [
      "probe",
      "account",
      join([...login("account"), ...(probe.request ? [line(probe.request)] : [])]),
    ],
  ];
  const verbs = {
    "a refused login, before it counts as wrong": probe.confirm,
    "change, authority account": change.account,
    "change, authority admin; reconcile": change.admin,
    "create a key": keys?.create,
    "revoke a key": keys?.revoke,
  };
  for (const [name, verb] of Object.entries(verbs)) {
    if (verb === undefined) continue;
    const requests = [...verb.find.map((lookup) => lookup.request), verb.request].map(line);
    rows.push([name, verb.as, join([...login(verb.as), ...requests])]);
  }
  return rows;
}

const line = ({ method, path }: RecipeRequest) => code(`${method} ${path}`);
const join = (lines: readonly string[]) => lines.join(", then ");

function flow(authentication: Authentication | undefined): string[] {
  if (authentication === undefined) return [];
  switch (authentication.type) {
    case "basic":
    case "bearer":
      return [];
    case "login":
      return [line(authentication.request)];
    case "session":
      return [
        ...(authentication.prepare ? [line(authentication.prepare)] : []),
        line(authentication.request),
      ];
    default:
      return [code(`POST ${authentication.token_path}`)];
  }
}

function parameters({ parameters }: Recipe): string {
  const rows = Object.entries(parameters).map(
    ([name, { description, default: preset, optional }]) => [
      code(`parameters.${name}`),
      description,
      preset === undefined ? (optional ? "optional" : "required") : code(preset),
    ],
  );
  return rows.length === 0 ? "" : table(["Setting", "Meaning", "Default"], rows);
}

function admins(recipe: Recipe): string {
  const lines = (["account", "admin"] as const).flatMap((authority) => {
    const members = [...adminMembers(recipe, authority)].map(([name]) => code(`admin.${name}`));
    const known =
      recipe.change[authority] !== undefined || (recipe.keys && authority === "account");
    return members.length === 0 || !known
      ? []
      : [`${recipe.keys ? "Keys need" : `Authority ${authority} needs`} ${members.join(", ")}.`];
  });
  return lines.join(" ");
}

const list = (lines: readonly string[]) => lines.map((text) => `- ${text}`).join("\n");

import { stringify } from "yaml";
import { PLACEHOLDER_ACCESS_ID } from "../../common/placeholder.ts";
import { adminMembers } from "../../rotator/systems/http/admin-members.ts";
import { loadRecipe, shippedRecipes } from "../../rotator/systems/http/load-recipe.ts";
import type { Recipe } from "../../rotator/systems/http/recipe.ts";
import type { ProjectAnswers } from "./answers.ts";

/** The file that holds the recipe of the application, where it is no shipped one. */
export const RECIPE_FILE = "recipe.yaml";

/** Members of an admin credential that are secrets, and so come from files. */
const SECRETS = ["password", "token", "client_secret"];

const canChangePasswords = ({ change }: Recipe) => Boolean(change.account ?? change.admin);

/** Names of the shipped recipes that change passwords; tokens need a declaration of another kind. */
export async function passwordRecipes(): Promise<string[]> {
  const names = await shippedRecipes();
  const recipes = await Promise.all(names.map((name) => loadRecipe(name, ".")));
  return names.filter((_, index) => recipes[index] && canChangePasswords(recipes[index]));
}

/** The configuration of a rotator for the one account. */
export async function rotatorYaml(answers: ProjectAnswers): Promise<string> {
  const { system, username, rotatorUrl } = answers;
  const { port, pathname } = new URL(rotatorUrl);
  const settings = {
    listen: {
      port: Number(port || 443),
      path: pathname,
      tls: { cert_file: "/run/tls/tls.crt", key_file: "/run/tls/tls.key" },
    },
    akeyless: { access_ids: [PLACEHOLDER_ACCESS_ID] },
    keys: [{ id: "k1", file: "/run/secrets/rotator-key" }],
    items: { [`/${system}`]: { system, usernames: [username] } },
    systems: { [system]: await systemOf(answers) },
  };
  return `# The rotator. Every setting: docs/reference/rotator-configuration.md of akeyless-rotation-kit.
# Before it runs, name in access_ids the access id that your gateway itself logs in with, put
# certificate and key where listen.tls says, and make the key of the passwords:
#   (umask 077 && openssl rand -base64 32 > rotator-key)
# Then: npx rotation-kit serve --config rotator.yaml --check --probe
${stringify(settings)}`;
}

async function systemOf({ system, recipe, origin }: ProjectAnswers): Promise<object> {
  if (recipe === "own") return { type: "http", recipe: `./${RECIPE_FILE}`, origin };
  const { change, parameters, ...rest } = await loadRecipe(recipe, ".");
  const authority = change.account ? "account" : "admin";
  const asked = Object.entries(parameters ?? {}).filter(([, one]) => one.default === undefined);
  const admin = [...adminMembers({ ...rest, change, parameters }, authority)].map(([member]) =>
    SECRETS.includes(member)
      ? [`${member}_file`, `/run/secrets/${system}-admin`]
      : [member, "rotation-admin"],
  );
  return {
    type: "http",
    recipe,
    origin,
    ...(authority === "admin" && { authority }),
    ...(asked.length > 0 && {
      parameters: Object.fromEntries(asked.map(([name]) => [name, `your-${name}`])),
    }),
    ...(admin.length > 0 && { admin: Object.fromEntries(admin) }),
  };
}

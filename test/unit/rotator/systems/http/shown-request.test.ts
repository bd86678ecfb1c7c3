import { expect, test } from "vitest";
import { loadRecipe, shippedRecipes } from "../../../../../rotator/systems/http/load-recipe.ts";
import type { RecipeRequest } from "../../../../../rotator/systems/http/recipe-request.ts";
import { shownRequest } from "../../../../../rotator/systems/http/shown-request.ts";

const SECRETS = ["account.password", "next.password", "admin.password", "admin.token"] as const;
const scope = new Map([
  ...SECRETS.map((name) => [name, `canary ${name}`] as const),
  ["admin.client_secret", "canary client secret"],
  ["account.username", "svc"],
  ["next.username", "svc"],
  ["admin.username", "root"],
  ["admin.client_id", "rotator"],
  ["key.name", "kit-1"],
  ["key.expires_on", "2027-01-31"],
  ["key.expires_at", "2027-01-31T10:00:00.000Z"],
  ...[
    ...["id", "key", "login", "owner", "resource", "tags", "token", "user"],
    ...["csrf_token", "login_token", "user_id"],
  ].map((name) => [`found.${name}`, "canary of an answer"] as const),
  ["parameters.access_level", "30"],
  ["parameters.project", "team/app"],
  ["parameters.realm", "apps"],
  ["parameters.domain_id", "default"],
  ["parameters.admin_domain_id", "default"],
  ["parameters.organization", "default"],
  ["parameters.level", "Level=system"],
  ["parameters.scope", "read"],
]);

/** Every request of a recipe. */
function* requestsOf(part: unknown): Generator<RecipeRequest> {
  if (typeof part !== "object" || part === null) return;
  for (const [name, inner] of Object.entries(part)) {
    if (name === "request") yield inner as RecipeRequest;
    else yield* requestsOf(inner);
  }
}

test.each(await shippedRecipes())("no request of %s shows a secret", async (name) => {
  const recipe = await loadRecipe(name, "/");
  const login = {
    authorization: "Bearer canary-of-a-login",
    cookie: "sid=canary",
    "x-csrf": "canary",
  };
  for (const request of requestsOf(recipe)) {
    const shown = decodeURIComponent(JSON.stringify(shownRequest(request, scope, login)));
    expect(shown).not.toContain("canary");
  }
});

test("a shown request has the parts of the one that is sent, in their places", () => {
  const value = (reference: string) => ({ $value: reference });
  const request = {
    method: "PUT",
    path: "/users/{next.username}/{found.id}",
    json: { old: value("account.password"), new: value("next.password"), fixed: true },
  } as const;
  expect(shownRequest(request, scope, { authorization: "Basic abc" })).toEqual({
    method: "PUT",
    target: "/users/svc/found.id",
    headers: {
      accept: "application/json",
      authorization: "Basic ********",
      "content-type": "application/json",
    },
    body: '{"old":"********","new":"********","fixed":true}',
  });
});

import { expect, test } from "vitest";
import { checkRecipe } from "../../../../../rotator/systems/http/check-recipe.ts";
import { loadRecipe, shippedRecipes } from "../../../../../rotator/systems/http/load-recipe.ts";
import { recipeSchema } from "../../../../../rotator/systems/http/recipe.ts";

const request = { method: "GET", path: "/me" };
const basic = {
  type: "basic",
  username: { $value: "account.username" },
  password: { $value: "account.password" },
};
const change = {
  as: "account",
  request: { method: "POST", path: "/password", json: { p: { $value: "next.password" } } },
  answers: { changed: [{ status: 204 }] },
};
const sound = {
  recipe: 1,
  product: "Test",
  api_version: "1",
  authentication: { account: basic },
  probe: { request, answers: { valid: [{ status: 200 }], invalid: [{ status: 401 }] } },
  change: { account: change },
};

const problems = (recipe: object) => {
  const parsed = recipeSchema.safeParse(recipe);
  return parsed.success
    ? checkRecipe(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};
const withRequest = (part: object) => ({
  ...sound,
  change: { account: { ...change, request: { ...change.request, ...part } } },
});

test("a sound recipe has no problems", () => {
  expect(problems(sound)).toEqual([]);
});

const keys = {
  create: {
    as: "account",
    request: { method: "POST", path: "/keys", json: { end: { $value: "key.expires_on" } } },
    answers: { created: [{ status: 201 }] },
    secret: "/key",
  },
  revoke: {
    as: "account",
    request: { method: "DELETE", path: "/keys/{key.name}" },
    answers: { revoked: [{ status: 204 }] },
  },
};
const askedForName = {
  request,
  answers: { found: [{ status: 200 }] },
  within: "",
  where: [{ at: "/name", equals: "a" }],
  if_found: "exists",
};

test("a recipe for keys with an end has no problems", () => {
  expect(problems({ ...sound, keys: { ...keys, lifetime_days: "90" } })).toEqual([]);
});

test.each([
  [
    "an end of keys that nobody has set",
    { ...sound, keys },
    /keys\.create: key\.expires_on is not known here/,
  ],
  [
    "a lookup for a taken name outside keys.create",
    {
      ...sound,
      keys: {
        lifetime_days: "90",
        create: keys.create,
        revoke: { ...keys.revoke, find: [askedForName] },
      },
    },
    /keys\.revoke\.find\[0\]: if_found "exists" belongs to a list in keys\.create/,
  ],
  [
    "a probe that never uses the account's password",
    {
      ...sound,
      authentication: { account: { ...basic, password: { $value: "account.username" } } },
    },
    /probe: neither it nor authentication\.account sends account\.password/,
  ],
  [
    "a probe that cannot say that a password is wrong",
    { ...sound, probe: { ...sound.probe, answers: { valid: [{ status: 200 }] } } },
    /probe: nothing counts as invalid/,
  ],
  ...["account.password", "$account.password", "{{ account.password }}", "\u0024{PASSWORD}"].map(
    (text): [string, object, RegExp] => [
      `a text that was meant as a value: ${text}`,
      withRequest({ json: { p: { $value: "next.password" }, old: text } }),
      /change\.account: ".+" is sent as it is; a value is written \{ \$value: … \}/,
    ],
  ),
  [
    "a segment that was meant as a value",
    withRequest({ path: "/users/next.username" }),
    /change\.account: "next\.username" is sent as it is; a value is written \{…\} in a path/,
  ],
  [
    "a change as nobody that does not prove the old password",
    { ...sound, change: { account: { ...change, as: "nobody" } } },
    /change\.account: runs as nobody, so its request must send account\.password/,
  ],
  [
    "a question to the admin that sends the account's password",
    {
      ...sound,
      authentication: { account: basic, admin: basic },
      probe: {
        ...sound.probe,
        confirm: {
          as: "admin",
          request: { method: "POST", path: "/state", json: { p: { $value: "account.password" } } },
          answers: { invalid: [{ status: 200 }] },
        },
      },
    },
    /probe\.confirm: account\.password is not known here/,
  ],
  [
    "a number that cannot be held exactly",
    {
      ...sound,
      probe: {
        ...sound.probe,
        answers: {
          valid: [{ status: 200, body: [{ at: "/id", equals: 2 ** 53 }] }],
          invalid: [{ status: 401 }],
        },
      },
    },
    /probe\.answers\.valid/,
  ],
  [
    "a change that never sends the new password",
    withRequest({ json: { p: "fixed" } }),
    /change\.account: the request never sends next\.password/,
  ],
  [
    "a place for a value in a text that is none",
    withRequest({ json: { p: "{next.password}" } }),
    /change\.account: \{next\.password\} is a value in paths only; write \{ \$value: next\.password \}/,
  ],
  ["a change by GET", withRequest({ method: "GET" }), /change\.account: GET changes nothing/],
  [
    "a password in a path",
    withRequest({ path: "/set/{next.password}" }),
    /change\.account: a secret in path or query ends in logs/,
  ],
  [
    "a password in a query",
    {
      ...sound,
      probe: {
        ...sound.probe,
        request: { ...request, query: { p: { $value: "account.password" } } },
      },
    },
    /probe: a secret in path or query ends in logs/,
  ],
  [
    "the admin credential in a step of the account",
    withRequest({ json: { a: { $value: "admin.password" } } }),
    /change\.account: admin\.password is not known here/,
  ],
  [
    "a parameter nobody declared",
    withRequest({ path: "/{parameters.realm}" }),
    /parameters\.realm is not declared/,
  ],
  [
    "what no lookup saved",
    withRequest({ path: "/users/{found.id}" }),
    /found\.id is not known here/,
  ],
  [
    "the next password in a probe",
    {
      ...sound,
      probe: { ...sound.probe, request: { ...request, query: { p: { $value: "next.password" } } } },
    },
    /probe: next\.password is not known/,
  ],
  [
    "the current password in change.admin",
    {
      ...sound,
      authentication: {
        account: basic,
        admin: {
          ...basic,
          username: { $value: "admin.username" },
          password: { $value: "admin.password" },
        },
      },
      change: {
        admin: {
          ...change,
          as: "admin",
          request: { ...change.request, json: { p: { $value: "account.password" } } },
        },
      },
    },
    /change\.admin: account\.password is not known/,
  ],
  [
    "a verb that runs as admin without a login for it",
    { ...sound, change: { account: { ...change, as: "admin" } } },
    /authentication\.admin is missing/,
  ],
  ["a probe that sends nothing", { ...sound, probe: {} }, /probe: needs a request/],
  ["no verb at all", { ...sound, change: {} }, /needs change\.account, change\.admin or keys/],
  ["a path that climbs", withRequest({ path: "/a/../b" }), /must not contain \. or \.\./],
  ["a path with a query", withRequest({ path: "/a?b=c" }), /must be an absolute path/],
  ["another host", withRequest({ path: "https://evil.example/" }), /must be an absolute path/],
  ["a host in a path", withRequest({ path: "//evil.example/" }), /must not begin with/],
  [
    "an unfinished placeholder",
    withRequest({ path: "/a/{next.password" }),
    /must be an absolute path/,
  ],
  [
    "a header of the engine",
    withRequest({ headers: { Host: "evil.example" } }),
    /is set by the engine/,
  ],
  ["json and form at once", withRequest({ form: { a: "b" } }), /either json or form/],
  [
    "a misspelt reference",
    withRequest({ json: { a: { $vaule: "next.password" } } }),
    /change\.account\.request\.json/,
  ],
  [
    "an expression",
    withRequest({ json: { a: { $value: "next.password.length" } } }),
    /change\.account\.request\.json/,
  ],
  ["an unknown member", { ...sound, retries: 3 }, /Unrecognized key/],
])("a recipe with %s is refused", (_, recipe, message) => {
  expect(problems(recipe).join("\n")).toMatch(message);
});

test.each(await shippedRecipes())("the shipped recipe %s is sound and documented", async (name) => {
  const recipe = await loadRecipe(name, "/");
  expect(recipe.notes.length).toBeGreaterThan(0);
  expect(recipe.api_version).not.toBe("");
});

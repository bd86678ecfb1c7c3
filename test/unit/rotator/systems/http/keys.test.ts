import { expect, test } from "vitest";
import { defined } from "../../../../../common/defined.ts";
import { stepContext } from "../support.ts";
import { withRecipe } from "./recipe-system.ts";

const value = (name: string) => ({ $value: name });
const tokens = {
  request: { method: "GET", path: "/tokens" },
  answers: { found: [{ status: 200 }], missing: [{ status: 404 }] },
  within: "",
  where: [{ at: "/name", equals: value("key.name") }],
};
/** A product that accepts a name twice, and demands an end. */
const recipe = {
  parameters: { days: { description: "Days.", default: "30" } },
  authentication: { account: { type: "bearer", token: value("account.password") } },
  probe: {
    request: { method: "GET", path: "/me" },
    answers: { valid: [{ status: 200 }], invalid: [{ status: 401 }] },
  },
  keys: {
    lifetime_days: value("parameters.days"),
    create: {
      as: "account",
      find: [{ ...tokens, if_found: "exists" }],
      request: {
        method: "POST",
        path: "/tokens",
        json: { name: value("key.name"), on: value("key.expires_on"), at: value("key.expires_at") },
      },
      answers: { created: [{ status: 201 }] },
      secret: "/token",
    },
    revoke: {
      as: "account",
      find: [{ ...tokens, if_missing: "revoked", save: { id: "/id" } }],
      request: { method: "DELETE", path: "/tokens/{found.id}" },
      answers: { revoked: [{ status: 204 }] },
    },
  },
};
const owner = { username: "svc", password: "token-0" };
const NOW = Date.UTC(2026, 10, 29, 23, 30);
const context = { ...stepContext(), clock: { ...stepContext().clock, now: () => NOW } };

/** The product, with tokens that have these ids, all of the same name. */
async function product(ids: number[], config: object = {}) {
  const left = [...ids];
  const list = () => ({ status: 200, body: left.map((id) => ({ id, name: "kit-1" })) });
  const ends = ids.map((id) => [
    `DELETE /tokens/${id}`,
    () => {
      left.splice(left.indexOf(id), 1);
      return { status: 204 };
    },
  ]);
  const routes = {
    "GET /tokens": list,
    "POST /tokens": () => ({ status: 201, body: { token: "token-1" } }),
    ...Object.fromEntries(ends),
  };
  return { left, ...(await withRecipe(recipe, routes, config)) };
}

test("a name that is taken creates nothing, however many have it", async () => {
  for (const ids of [[1], [1, 2]]) {
    const { system, lines } = await product(ids);
    expect(await system.keys?.create(owner, "kit-1", context)).toEqual({ result: "exists" });
    expect(lines()).toEqual(["GET /tokens"]);
  }
});

test("a new key has an end, so many days from now", async () => {
  const { system, seen } = await product([]);
  expect(await system.keys?.create(owner, "kit-1", context)).toMatchObject({ result: "created" });
  expect(JSON.parse(seen.at(-1)?.body ?? "")).toEqual({
    name: "kit-1",
    on: "2026-12-29",
    at: "2026-12-29T23:30:00.000Z",
  });
});

test("all keys of a name are revoked, and no more than five in one step", async () => {
  const three = await product([1, 2, 3]);
  expect(await three.system.keys?.revoke(owner, "kit-1", context)).toEqual({ result: "revoked" });
  expect(three.left).toEqual([]);
  const six = await product([1, 2, 3, 4, 5, 6]);
  expect(await six.system.keys?.revoke(owner, "kit-1", context)).toEqual({
    result: "failed",
    reason: "more_of_this_name",
  });
  expect(six.left).toEqual([6]);
  expect(await six.system.keys?.revoke(owner, "kit-1", context)).toEqual({ result: "revoked" });
});

test.each(["0", "a week", "1.5", "-3", undefined])("a lifetime of %s days", async (days) => {
  const made = product([], defined({ parameters: days === undefined ? undefined : { days } }));
  if (days === undefined) expect((await made).left).toEqual([]);
  else
    await expect(made).rejects.toMatchObject({
      code: "system_config_invalid",
      message: expect.stringContaining(`the lifetime of keys is "${days}"`),
    });
});

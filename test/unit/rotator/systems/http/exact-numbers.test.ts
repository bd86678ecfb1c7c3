import { expect, test } from "vitest";
import { stepContext } from "../support.ts";
import { withRecipe } from "./recipe-system.ts";

/** Two neighbors that are one number as soon as somebody rounds. */
const OWN = "9007199254740993";
const NEIGHBOR = "9007199254740992";

const account = {
  type: "basic",
  username: { $value: "account.username" },
  password: { $value: "account.password" },
};
const find = (where: object[]) => ({
  request: { method: "GET", path: "/users" },
  answers: { found: [{ status: 200 }] },
  within: "",
  where,
  save: { id: "/id" },
});
const own = find([{ at: "/name", equals: { $value: "account.username" } }]);
const users = () => ({
  status: 200,
  body: `[{"name":"other","id":${NEIGHBOR}},{"name":"svc","id":${OWN}}]`,
});
const probe = {
  request: { method: "GET", path: "/me" },
  answers: { valid: [{ status: 200 }], invalid: [{ status: 401 }] },
};
const svc = { username: "svc", password: "old" };

test("an id beyond 2^53 names its account and no neighbor: in the path, the body and a comparison", async () => {
  const change = {
    as: "account",
    find: [
      own,
      {
        request: { method: "GET", path: "/users" },
        answers: { found: [{ status: 200 }] },
        within: "",
        where: [{ at: "/id", equals: { $value: "found.id" } }],
        save: { name: "/name" },
      },
    ],
    request: {
      method: "PUT",
      path: "/users/{found.id}",
      json: {
        id: { $value: "found.id" },
        name: { $value: "found.name" },
        password: { $value: "next.password" },
      },
    },
    answers: { changed: [{ status: 200, body: [{ at: "/id", equals: { $value: "found.id" } }] }] },
  };
  const answers = { id: OWN };
  const { system, seen } = await withRecipe(
    { authentication: { account }, probe, change: { account: change } },
    {
      "GET /users": users,
      [`PUT /users/${OWN}`]: () => ({ status: 200, body: `{"id":${answers.id}}` }),
    },
  );
  const next = { ...svc, password: "new" };
  expect(await system.change(svc, next, stepContext())).toMatchObject({ result: "changed" });
  expect(seen.at(-1)?.body).toBe(`{"id":${OWN},"name":"svc","password":"new"}`);
  // The product speaks of the neighbor: nothing is concluded from that.
  answers.id = NEIGHBOR;
  expect(await system.change(svc, next, stepContext())).toMatchObject({ result: "ambiguous" });
});

test("the id of a key beyond 2^53 is the key's name as it came", async () => {
  const { system } = await withRecipe(
    {
      authentication: { account },
      probe,
      keys: {
        create: {
          as: "account",
          request: { method: "POST", path: "/keys", json: { name: { $value: "key.name" } } },
          answers: { created: [{ status: 201 }] },
          secret: "/secret",
          id: "/id",
        },
        revoke: {
          as: "account",
          request: { method: "DELETE", path: "/keys/{key.name}" },
          answers: { revoked: [{ status: 204 }] },
        },
      },
    },
    { "POST /keys": () => ({ status: 201, body: `{"id":${OWN},"secret":"made-by-product"}` }) },
  );
  expect(await system.keys?.create(svc, "rk-1", stepContext())).toEqual({
    result: "created",
    key: { username: OWN, password: "made-by-product" },
  });
});

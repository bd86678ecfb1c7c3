import { describe, expect, test } from "vitest";
import { BoundItems } from "../../../../rotator/authentication/bound-items.ts";

const binding = (system: string, ...usernames: string[]) => ({
  system,
  usernames,
  strategy: "single" as const,
  reconcile: false,
});

const items = new BoundItems({
  "/prod/app": binding("app", "svc", "svc-b"),
  "/prod/crm/*": binding("crm", "*"),
  "/prod/crm/admin": binding("crm", "root"),
  "/prod/db/user-*": binding("db", "u_*", "v_*"),
  "/prod/*/same": binding("x", "*"),
  "/prod/same/*": binding("x", "*"),
});

describe("a pattern", () => {
  test("binds the user names to the item's name", () => {
    expect(items.bindingOf("/prod/crm/alice")).toMatchObject({
      system: "crm",
      usernames: ["alice"],
    });
    expect(items.bindingOf("/prod/db/user-7")?.usernames).toEqual(["u_7", "v_7"]);
  });

  test("takes the text of a name as it is, so that no name leads to somebody else's user", () => {
    for (const text of ["$`alice", "$$alice", "$&", "$'", "$1", "*"])
      expect(items.bindingOf(`/prod/crm/${text}`)?.usernames, text).toEqual([text]);
    expect(items.bindingOf("/prod/db/user-$`7")?.usernames).toEqual(["u_$`7", "v_$`7"]);
  });

  test("fits one part of the path and nothing beside it", () => {
    for (const name of ["/prod/crm/", "/prod/crm/a/b", "/prod/crm", "/prod/db/7", "/x/prod/crm/a"])
      expect(items.bindingOf(name), name).toBeUndefined();
  });

  test("gives way to a full name, and is refused where another one fits too", () => {
    expect(items.bindingOf("/prod/crm/admin")?.usernames).toEqual(["root"]);
    expect(items.bindingOf("/prod/same/same")).toBeUndefined();
  });
});

test("the items that may rotate what a payload is about", () => {
  expect(items.fitting("app", ["svc"])).toEqual(["/prod/app"]);
  expect(items.fitting("app", ["svc", "svc-b"])).toEqual(["/prod/app"]);
  expect(items.fitting("crm", ["alice"])).toEqual(["/prod/crm/alice"]);
  expect(items.fitting("crm", ["root"])).toEqual(["/prod/crm/admin", "/prod/crm/root"]);
  expect(items.fitting("db", ["v_7"])).toEqual(["/prod/db/user-7"]);
  for (const [system, ...users] of [["app", "other"], ["crm", "a/b"], ["crm", "admin"], ["app"]])
    expect(items.fitting(system ?? "", users)).toEqual([]);
});

test("there is an only item where one full name is all", () => {
  expect(new BoundItems({ "/a": binding("app", "svc") }).only).toBe("/a");
  expect(new BoundItems({ "/*": binding("app", "*") }).only).toBeUndefined();
  expect(items.only).toBeUndefined();
});

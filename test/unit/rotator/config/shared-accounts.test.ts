import { expect, test } from "vitest";
import { sharedAccounts } from "../../../../rotator/config/shared-accounts.ts";
import type { Strategy } from "../../../../rotator/rotation/rotation.ts";

const item = (system: string, usernames: string[], strategy: Strategy = "single") => ({
  system,
  usernames,
  strategy,
  reconcile: false,
});

test("two items that would take each other's password away are named", () => {
  const items = { "/a": item("db", ["app"]), "/b": item("db", ["other", "app"], "alternating") };
  expect(sharedAccounts({ items })).toEqual([
    "/a and /b rotate the same account, app of db: each rotation makes the password that another one stores invalid; keep one of them.",
  ]);
});

test("equal names on other systems, and keys of one owner, are no conflict", () => {
  const items = {
    "/a": item("db", ["app", "app"]),
    "/b": item("other-db", ["app"]),
    "/c": item("tokens", ["ci"], "key-pair"),
    "/d": item("tokens", ["ci"], "key-pair"),
  };
  expect(sharedAccounts({ items })).toEqual([]);
});

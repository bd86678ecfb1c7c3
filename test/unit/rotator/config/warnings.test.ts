import { expect, test } from "vitest";
import { limitsSchema } from "../../../../rotator/config/limits.ts";
import { akeylessSchema, listenSchema } from "../../../../rotator/config/network.ts";
import { warningsOf } from "../../../../rotator/config/warnings.ts";
import type { Strategy } from "../../../../rotator/rotation/rotation.ts";

const SOUND = {
  akeyless: akeylessSchema.parse({ access_ids: ["p-gateway"] }),
  listen: listenSchema.parse({}),
  items: {},
  limits: limitsSchema.parse({}),
  shutdown: { drain_ms: 0, grace_ms: 45_000 },
};

const item = (system: string, usernames: string[], strategy: Strategy = "single") => ({
  system,
  usernames,
  strategy,
  bootstrap: false,
  formerly: [],
  reconcile: false,
});

test("two items that would take each other's password away are named", () => {
  const items = { "/a": item("db", ["app"]), "/b": item("db", ["other", "app"], "alternating") };
  expect(warningsOf({ ...SOUND, items })).toEqual([
    "/a and /b rotate the same account, app of db: each rotation makes the password that another one stores invalid; keep one of them.",
  ]);
});

test("equal names on other systems, and keys of one owner, do not conflict", () => {
  const items = {
    "/a": item("db", ["app", "app"]),
    "/b": item("other-db", ["app"]),
    "/c": item("tokens", ["ci"], "key-pair"),
    "/d": item("tokens", ["ci"], "key-pair"),
  };
  expect(warningsOf({ ...SOUND, items })).toEqual([]);
});

test("times that cut answers off are named", () => {
  const limits = limitsSchema.parse({ rotation_ms: 50_000 });
  expect(warningsOf({ ...SOUND, limits })).toEqual([
    expect.stringMatching(/^limits\.rotation_ms is 50000: the gateway gives up after 40000 ms/),
    expect.stringMatching(/^shutdown\.grace_ms \(45000\) is below limits\.rotation_ms \(50000\)/),
  ]);
});

test("what init wrote instead of the gateway's access id is named", () => {
  const akeyless = akeylessSchema.parse({ access_ids: ["p-of-your-gateway"] });
  expect(warningsOf({ ...SOUND, akeyless })).toEqual([
    expect.stringMatching(/^akeyless\.access_ids still has p-of-your-gateway, .* refused/),
  ]);
});

test("what protects less than it could is said", () => {
  const akeyless = { ...SOUND.akeyless, verdict_cache_ms: 5_000 };
  const listen = { ...SOUND.listen, allow_plain_http: true };
  expect(warningsOf({ ...SOUND, akeyless, listen })).toEqual([
    expect.stringMatching(/^listen\.allow_plain_http .* unencrypted/),
    expect.stringMatching(/^akeyless\.verdict_cache_ms is 5000: .* revoked/),
  ]);
});

test("an item that a thrown-away answer shuts out is named, unless the admin can reset it", () => {
  const lossy = item("db", ["app"], "random");
  expect(warningsOf({ ...SOUND, items: { "/a": lossy } })).toEqual([
    expect.stringMatching(/^\/a has strategy random .* dry run/),
  ]);
  const repaired = warningsOf({ ...SOUND, items: { "/a": { ...lossy, reconcile: true } } });
  expect(repaired.join()).not.toContain("dry run");
});

test("an item whose password an admin may set for a caller is named", () => {
  const open = { ...item("db", ["app"]), bootstrap: true, reconcile: true };
  expect(warningsOf({ ...SOUND, items: { "/a": open } })).toEqual([
    expect.stringMatching(/^\/a has bootstrap: .* turn it off after the first rotation/),
    expect.stringMatching(/^\/a has reconcile: .* let only the gateway call/),
  ]);
  const tls = { cert_file: "c", key_file: "k", client_ca_file: "ca", client_names: ["gateway"] };
  const listen = listenSchema.parse({ tls });
  expect(warningsOf({ ...SOUND, listen, items: { "/a": open } })).toEqual([
    expect.stringMatching(/^\/a has bootstrap: /),
  ]);
});

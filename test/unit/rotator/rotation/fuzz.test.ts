import fc from "fast-check";
import { expect, test } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import { STRATEGIES } from "../../../../rotator/rotation/rotation.ts";
import { AdministeredSystem } from "./memory-system.ts";
import { rotatorFor } from "./rotate.ts";

/** Codes that must come before any contact with the system. */
const EARLY = ["payload_invalid", "payload_too_large", "binding_refused", "unknown_key"];

const usernames = fc.constantFrom("svc", "svc-a", "svc-b", "root", "");
const passwords = fc.oneof(fc.constant("first-password"), fc.string(), fc.nat());
const state = fc.record(
  {
    v: fc.constantFrom(1, 2),
    gen: fc.integer({ min: -1, max: 5 }),
    kid: fc.constantFrom("k1", "k9", ""),
    policyId: fc.oneof(fc.constant("32:luns:-"), fc.string()),
    at: fc.constantFrom("2030-01-01T00:00:00Z", "yesterday"),
    prev: fc.string(),
    item: fc.string(),
    gens: fc.array(fc.nat(3)),
    key: fc.string(),
    retire: fc.array(fc.string()),
    more: fc.jsonValue(),
  },
  { requiredKeys: ["v", "gen", "kid", "policyId", "at"] },
);
const payloads = fc.record(
  {
    system: fc.constantFrom("app", "app", "other"),
    username: usernames,
    password: passwords,
    current_password: passwords,
    policy: fc.oneof(fc.record({ length: fc.integer({ min: 0, max: 300 }) }), fc.jsonValue()),
    users: fc.array(fc.record({ username: usernames, password: passwords })),
    active: fc.constantFrom(0, 1, 2),
    key_id: fc.string(),
    key_name: fc.string(),
    _rotation: state,
    more: fc.jsonValue(),
  },
  { requiredKeys: ["system", "username"] },
);
const texts = fc.oneof(
  fc.string(),
  fc.json(),
  payloads.map((payload) => JSON.stringify(payload)),
  fc.tuple(payloads, fc.nat(), fc.string({ maxLength: 3 })).map(([payload, at, change]) => {
    const text = JSON.stringify(payload);
    const position = at % text.length;
    return text.slice(0, position) + change + text.slice(position + change.length);
  }),
);

test("whatever the payload, a rotation ends in an answer or in a coded error", async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom(...STRATEGIES), async (text, strategy) => {
      const system = new AdministeredSystem({ svc: "first-password" });
      const { rotate } = rotatorFor(system);
      const ended = await rotate(text, { strategy, reconcile: true }).catch((error) => error);
      if (!(ended instanceof Error)) return;
      expect(ended).toBeInstanceOf(KitError);
      if (ended instanceof KitError && EARLY.includes(ended.code)) expect(system.calls).toEqual([]);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

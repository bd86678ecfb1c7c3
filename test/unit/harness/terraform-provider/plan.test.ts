import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planLegacy, planStrict } from "../../../harness/terraform-provider/protocol/plan.ts";
import type { BlockSchema } from "../../../harness/terraform-provider/protocol/schema.ts";
import {
  type ObjectValue,
  type TerraformValue,
  UNKNOWN_VALUE,
} from "../../../harness/terraform-provider/protocol/values.ts";

const block: BlockSchema = {
  attributes: {
    id: { type: "string", optional: true, computed: true },
    name: { type: "string", required: true },
    text: { type: "string", optional: true },
    payload: { type: "string", optional: true, computed: true },
    hour: { type: "number", optional: true },
    web: { type: "bool", optional: true },
    hosts: { type: ["list", "string"], optional: true },
    tags: { type: ["set", "string"], optional: true },
    protection: { type: "string", optional: true },
  },
};
const resource = { forceNew: ["name"], defaults: { protection: "false" } };

const nothing = Object.fromEntries(Object.keys(block.attributes ?? {}).map((name) => [name, null]));
const stored = { ...nothing, id: "/s", name: "/s", protection: "false" };

/** Plans the change of one attribute, as Terraform proposes it for an attribute not computed. */
function change(name: string, before: TerraformValue, wanted: TerraformValue) {
  const only = (value: TerraformValue): ObjectValue => Object.fromEntries([[name, value]]);
  const prior = { ...stored, ...only(before) };
  const config = { ...nothing, name: "/s", ...only(wanted) };
  const proposed = { ...prior, protection: null, ...only(wanted) };
  const { planned, requiresReplace } = planLegacy(block, resource, { prior, config, proposed });
  return { after: planned[name], requiresReplace };
}

describe("the plan of a new resource", () => {
  const config = { ...nothing, name: "/s", text: "", hour: 0, web: false };
  const { planned, requiresReplace } = planLegacy(block, resource, {
    prior: null,
    config,
    proposed: config,
  });

  test("leaves computed attributes unknown and fills in defaults", () => {
    expect(planned).toMatchObject({
      id: UNKNOWN_VALUE,
      payload: UNKNOWN_VALUE,
      protection: "false",
    });
  });

  test("takes an empty text as not set, but not zero and false", () => {
    expect(planned).toMatchObject({ text: null, hour: 0, web: false, hosts: null });
  });

  test("replaces nothing", () => expect(requiresReplace).toEqual([]));
});

describe("a change of an existing resource", () => {
  test.each<[string, string, TerraformValue, TerraformValue, TerraformValue]>([
    ["is planned", "text", "a", "b", "b"],
    ["may remove a value", "text", "a", null, null],
    ["is none between null and an empty text", "text", null, "", null],
    ["is none between an empty text and null", "text", "", null, ""],
    ["is none between null and an empty list", "hosts", null, [], null],
    ["is none between an empty list and null", "hosts", [], null, []],
    ["is one from null to false", "web", null, false, false],
    ["is none from false to null", "web", false, null, false],
    ["is one from null to zero", "hour", null, 0, 0],
    ["is none from zero to null", "hour", 0, null, 0],
    ["sees the order of a list", "hosts", ["a", "b"], ["b", "a"], ["b", "a"]],
    ["ignores the order of a set", "tags", ["a", "b"], ["b", "a"], ["a", "b"]],
    ["sees a new element of a set", "tags", ["a"], ["a", "b"], ["a", "b"]],
    ["takes a computed attribute that is configured", "payload", "old", "new", "new"],
    ["keeps a computed attribute that is left out", "payload", "old", "old", "old"],
    ["keeps a computed attribute that is set to nothing", "payload", "old", "", "old"],
    ["keeps a computed attribute empty that was never set", "payload", null, null, null],
    ["may become known only later", "text", "a", UNKNOWN_VALUE, UNKNOWN_VALUE],
  ])("%s", (_name, attribute, before, wanted, after) => {
    expect(change(attribute, before, wanted)).toEqual({ after, requiresReplace: [] });
  });

  test("of the name replaces the resource", () => {
    expect(change("name", "/s", "/other")).toEqual({ after: "/other", requiresReplace: ["name"] });
  });

  test("puts back a default that is missing, as after an import", () => {
    const prior = { ...stored, protection: null };
    const config = { ...nothing, name: "/s" };
    const request = { prior, config, proposed: { ...prior, ...config, id: "/s" } };
    expect(planLegacy(block, resource, request).planned.protection).toBe("false");
  });
});

const anyState = fc.record({
  id: fc.string({ minLength: 1 }),
  name: fc.string({ minLength: 1 }),
  text: fc.option(fc.string()),
  payload: fc.option(fc.string({ minLength: 1 })),
  hour: fc.option(fc.nat(23)),
  web: fc.option(fc.boolean()),
  hosts: fc.option(fc.array(fc.string())),
  tags: fc.option(fc.uniqueArray(fc.string())),
  protection: fc.constantFrom("true", "false"),
});

describe("for any state", () => {
  test("what is configured as it is stored is planned as it is stored", () => {
    fc.assert(
      fc.property(anyState, (prior) => {
        for (const plan of [planLegacy, planStrict]) {
          const request = { prior, config: prior, proposed: prior };
          expect(plan(block, resource, request)).toEqual({ planned: prior, requiresReplace: [] });
        }
      }),
    );
  });

  test("a plan that was applied is followed by an empty one", () => {
    fc.assert(
      fc.property(anyState, anyState, (prior, wanted) => {
        const proposed = { ...wanted, id: prior.id, payload: wanted.payload ?? prior.payload };
        const request = { prior, config: wanted, proposed };
        const { planned } = planLegacy(block, resource, request);
        const again = planLegacy(block, resource, { ...request, prior: planned });
        expect(again).toEqual({ planned, requiresReplace: [] });
      }),
    );
  });

  test("only another name replaces", () => {
    fc.assert(
      fc.property(anyState, anyState, (prior, wanted) => {
        const request = { prior, config: wanted, proposed: { ...wanted, id: prior.id } };
        const { requiresReplace } = planLegacy(block, resource, request);
        expect(requiresReplace).toEqual(prior.name === wanted.name ? [] : ["name"]);
      }),
    );
  });
});

describe("strict planning", () => {
  const triggers: BlockSchema = {
    attributes: {
      id: { type: "string", computed: true },
      triggers: { type: ["map", "string"], optional: true },
    },
  };
  const nullResource = { forceNew: ["triggers"] };

  test("gives a new resource an unknown id", () => {
    const config = { id: null, triggers: { a: "1" } };
    const request = { prior: null, config, proposed: config };
    expect(planStrict(triggers, nullResource, request).planned.id).toBe(UNKNOWN_VALUE);
  });

  test("keeps the id and replaces when the triggers change", () => {
    const prior = { id: "7", triggers: { a: "1" } };
    const config = { id: null, triggers: { a: "2" } };
    const request = { prior, config, proposed: { id: "7", triggers: { a: "2" } } };
    expect(planStrict(triggers, nullResource, request)).toEqual({
      planned: { id: "7", triggers: { a: "2" } },
      requiresReplace: ["triggers"],
    });
  });
});

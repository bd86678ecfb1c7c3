import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainText } from "../../../../common/plain-text.ts";
import schema from "../../../../stacks/akeyless/schema.json" with { type: "json" };
import { SECRET_ATTRIBUTES, TARGET_ATTRIBUTES } from "../../../../stacks/attributes/attributes.ts";
import * as kinds from "../../../../stacks/attributes/kinds.ts";
import { resolveExpressions, Unresolvable } from "../../../../stacks/operations/drift/resolve.ts";
import references from "../operations/fixtures/references.json" with { type: "json" };

const values: Record<keyof typeof kinds, fc.Arbitrary<unknown>> = {
  text: fc.string(),
  path: fc.string(),
  flagText: fc.constantFrom(true, false, "true", "false", ""),
  flag: fc.constantFrom(true, false, "true", "false"),
  numberText: fc.oneof(fc.nat(), fc.nat().map(String), fc.constant("")),
  number: fc.nat(),
  list: fc.array(fc.string()),
  set: fc.array(fc.string()),
  map: fc.dictionary(fc.string(), fc.string()),
  credentialsMode: fc.constantFrom("use-user-creds", "use-target-creds", "use-self-creds"),
  hostProvider: fc.constantFrom("explicit", "target", ""),
  delay: fc.oneof(fc.constantFrom("true", "false", true, false, ""), fc.nat().map(String)),
};

describe("a value means the same before and after it was sent", () => {
  test.each(Object.entries(kinds))("%s", (name, kind) => {
    fc.assert(
      fc.property(values[name as keyof typeof kinds], (value) => {
        expect(kind.canonical(kind.wire(value))).toBe(kind.canonical(value));
      }),
    );
  });
});

test("every attribute of the provider has a row, and every row is one or is named as lacking", () => {
  const [provider] = Object.values(schema.provider_schemas);
  const attributesOf = (type: "akeyless_rotated_secret_custom" | "akeyless_target_web") =>
    Object.keys(provider?.resource_schemas[type].block.attributes ?? {});
  // Names and payloads are not settings; `id` is the provider's own.
  const settings = (names: string[]) =>
    names.filter((name) => !["id", "name", "custom_payload"].includes(name)).toSorted();
  const rows = (table: readonly { name: string }[]) => table.map(({ name }) => name).toSorted();
  const offered = ({ type }: { type: unknown }) => type !== null;
  expect(rows(SECRET_ATTRIBUTES.filter(offered))).toEqual(
    settings(attributesOf("akeyless_rotated_secret_custom")),
  );
  expect(rows(TARGET_ATTRIBUTES.filter(offered))).toEqual(
    settings(attributesOf("akeyless_target_web")),
  );
});

describe("references in cdk.tf.json", () => {
  test.each(references.resolved)("$value", ({ value, is }) => {
    expect(resolveExpressions(value, references.stack, {})).toEqual(is);
  });

  test.each(references.left)("%j is left to Terraform", (value) => {
    expect(() => resolveExpressions(value, references.stack, {})).toThrow(Unresolvable);
  });

  test("a list in the environment is read as Terraform reads it, where it is JSON", () => {
    const hosts = ["$", "{var.hosts}"].join("");
    const resolved = (TF_VAR_hosts: string) =>
      resolveExpressions(hosts, references.stack, { TF_VAR_hosts });
    expect(resolved('["b", "c"]')).toEqual(["b", "c"]);
    expect(() => resolved("[upper(local.x)]")).toThrow(Unresolvable);
  });

  test("a variable of the environment wins over the default", () => {
    const hour = references.resolved.find(({ is }) => is === 3)?.value;
    expect(resolveExpressions(hour, references.stack, { TF_VAR_hour: "4" })).toBe("4");
  });
});

test("text of another machine never holds a control or formatting character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
      const shown = plainText(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(shown.length).toBeLessThanOrEqual(601);
    }),
  );
});

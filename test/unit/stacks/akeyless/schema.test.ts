import { describe, expect, it } from "vitest";
import type { AttributeSpec } from "../../../../stacks/akeyless/attributes.ts";
import { dataRotatedSecretAttributes } from "../../../../stacks/akeyless/data-rotated-secret.ts";
import {
  loginBlocks,
  providerAttributes,
  retryAttributes,
} from "../../../../stacks/akeyless/provider.ts";
import { rotatedSecretCustomAttributes } from "../../../../stacks/akeyless/rotated-secret-custom.ts";
import schema from "../../../../stacks/akeyless/schema.json" with { type: "json" };
import { targetWebAttributes } from "../../../../stacks/akeyless/target-web.ts";
import { terraformName } from "../../../../stacks/attributes/attribute.ts";

interface SchemaAttribute {
  type: string | string[];
  required?: boolean;
  optional?: boolean;
  computed?: boolean;
  sensitive?: boolean;
}
type Table = Readonly<Record<string, AttributeSpec>>;

const provider = schema.provider_schemas["registry.terraform.io/akeyless-community/akeyless"];
const { block } = provider.provider;
const blocks: Record<string, { block: { attributes: Record<string, SchemaAttribute> } }> =
  block.block_types;

/** The schema's spelling of what the L1 says, so that both sides are compared as a whole. */
function fromTable(table: Table): Record<string, object> {
  return Object.fromEntries(
    Object.entries(table).map(([property, { type, required, computed, sensitive }]) => [
      terraformName(property),
      { type, required: !!required, computed: !!computed, sensitive: !!sensitive },
    ]),
  );
}

function fromSchema(attributes: Record<string, SchemaAttribute>): Record<string, object> {
  const settable = Object.entries(attributes).filter(
    ([name, { required, optional }]) => name !== "id" && (required || optional),
  );
  return Object.fromEntries(
    settable.map(([name, { type, required, computed, sensitive }]) => [
      name,
      {
        type: typeof type === "string" ? type : `${type[0]}(${type[1]})`,
        required: !!required,
        computed: !!computed,
        sensitive: !!sensitive,
      },
    ]),
  );
}

describe("the L1 classes offer exactly what the provider's schema declares", () => {
  it.each([
    [
      "akeyless_target_web",
      targetWebAttributes,
      provider.resource_schemas.akeyless_target_web.block.attributes,
    ],
    [
      "akeyless_rotated_secret_custom",
      rotatedSecretCustomAttributes,
      provider.resource_schemas.akeyless_rotated_secret_custom.block.attributes,
    ],
    [
      "data akeyless_rotated_secret",
      dataRotatedSecretAttributes,
      provider.data_source_schemas.akeyless_rotated_secret.block.attributes,
    ],
    ["the provider", providerAttributes, block.attributes],
    ["the provider's retry block", retryAttributes, blocks.retry?.block.attributes],
  ] as [string, Table, Record<string, SchemaAttribute>][])("%s", (_, table, attributes) => {
    expect(fromTable(table)).toEqual(fromSchema(attributes));
  });

  it("every login block", () => {
    const { retry: _, ...logins } = blocks;
    const tables = Object.entries<Table>(loginBlocks).map(([name, table]) => [
      terraformName(name),
      fromTable(table),
    ]);
    expect(Object.fromEntries(tables)).toEqual(
      Object.fromEntries(
        Object.entries(logins).map(([name, login]) => [name, fromSchema(login.block.attributes)]),
      ),
    );
  });

  it("knows of every resource and data source in the schema file", () => {
    expect(Object.keys(provider.resource_schemas).sort()).toEqual([
      "akeyless_rotated_secret_custom",
      "akeyless_target_web",
    ]);
    expect(Object.keys(provider.data_source_schemas)).toEqual(["akeyless_rotated_secret"]);
  });
});

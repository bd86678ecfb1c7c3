import { describe, expect, it } from "vitest";
import type { AttributeSpec } from "../../../../stacks/akeyless/attributes.ts";
import { dataRotatedSecretAttributes } from "../../../../stacks/akeyless/data-rotated-secret.ts";
import { loginBlocks, providerAttributes } from "../../../../stacks/akeyless/provider.ts";
import { rotatedSecretCustomAttributes } from "../../../../stacks/akeyless/rotated-secret-custom.ts";
import schema from "../../../../stacks/akeyless/schema.json" with { type: "json" };
import { targetWebAttributes } from "../../../../stacks/akeyless/target-web.ts";
import { terraformName } from "../../../../stacks/attributes/attribute.ts";
import { compareWithRecorded, recorded } from "../../../compatibility/provider-schema.ts";
import { schemaOf } from "../../../harness/terraform-provider/akeyless/release.ts";

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
  ] as [string, Table, Record<string, SchemaAttribute>][])("%s", (_, table, attributes) => {
    expect(fromTable(table)).toEqual(fromSchema(attributes));
  });

  it("every login block", () => {
    const tables = Object.entries<Table>(loginBlocks).map(([name, table]) => [
      terraformName(name),
      fromTable(table),
    ]);
    expect(Object.fromEntries(tables)).toEqual(
      Object.fromEntries(
        Object.entries(blocks).map(([name, login]) => [name, fromSchema(login.block.attributes)]),
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

describe("against the recorded schema of the released provider 2.0.5", () => {
  const listed = ({ type, required }: AttributeSpec) =>
    `${required ? "required " : ""}${type.replace("set(", "list(")}`;
  const spelled = (table: Table) =>
    Object.fromEntries(
      Object.entries(table).map(([property, spec]) => [terraformName(property), listed(spec)]),
    );

  it.each([
    ["akeyless_target_web", targetWebAttributes],
    ["akeyless_rotated_secret_custom", rotatedSecretCustomAttributes],
    ["data.akeyless_rotated_secret", dataRotatedSecretAttributes],
  ] as [string, Table][])("the L1 class of %s has every attribute and no other", (name, table) => {
    expect(spelled(table)).toEqual(recorded[name]);
  });

  it("the stand-in provider has every attribute and no other", () => {
    expect(compareWithRecorded(schema)).toEqual([]);
  });

  it("names what another release adds, takes away and changes", () => {
    const older = { provider_schemas: { "registry/x/akeyless": schemaOf("2.0.1") } };
    expect(compareWithRecorded(older)).toEqual([
      "akeyless_rotated_secret_custom.ara_enabled: is gone (was bool)",
      "akeyless_rotated_secret_custom.enable_agentic_runtime_authority: is gone (was bool)",
      "akeyless_rotated_secret_custom.enable_ai_quorum: is gone (was bool)",
      "akeyless_rotated_secret_custom.input_rule: is gone (was list(string))",
      "akeyless_rotated_secret_custom.output_rule: is gone (was list(string))",
      "akeyless_rotated_secret_custom.skip_dry_run: is gone (was bool)",
    ]);
    const newer = structuredClone(schema) as unknown as {
      provider_schemas: Record<string, { resource_schemas: Record<string, { block: object }> }>;
    };
    const resources = Object.values(newer.provider_schemas)[0]?.resource_schemas ?? {};
    delete resources.akeyless_rotated_secret_custom;
    const target = resources.akeyless_target_web;
    Object.assign(target?.block ?? {}, {
      attributes: { name: { type: "number", required: true } },
      block_types: { retry: {} },
    });
    expect(compareWithRecorded(newer)).toEqual(
      expect.arrayContaining([
        "akeyless_rotated_secret_custom: is not in the provider any more",
        "akeyless_target_web.name: was required string, is required number",
        "akeyless_target_web.retry: is new (block)",
        "akeyless_target_web.url: is gone (was required string)",
      ]),
    );
  });
});

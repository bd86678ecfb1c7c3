import { type IResolvable, type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { type AttributeTable, toHcl, toTerraform } from "./attributes.ts";
import { declaredAt, withPlace } from "./declared-at.ts";
import { correctedForHcl } from "./hcl.ts";
import { refuseLateName } from "./late-name.ts";
import { GENERATOR_METADATA } from "./release.ts";
import { attributeReference } from "./token.ts";

/** A resource of the provider: a table of attributes, and the values of one instance. */
export abstract class AkeylessResource<Config extends object> extends TerraformResource {
  readonly #table: AttributeTable<Config>;
  readonly #config: Config;
  readonly #place: string | undefined;

  protected constructor(
    scope: Construct,
    id: string,
    type: string,
    table: AttributeTable<Config>,
    config: Config & TerraformMetaArguments,
  ) {
    super(scope, id, {
      ...config,
      terraformResourceType: type,
      terraformGeneratorMetadata: GENERATOR_METADATA,
    });
    this.#table = table;
    this.#config = config;
    this.#place = declaredAt(this);
  }

  /** Reference to the id that the provider assigns: the name as it was configured. */
  get id(): string {
    return this.getStringAttribute("id");
  }

  /** Reference to the name; depends on the resource, unlike the configured string. */
  get name(): string {
    return this.getStringAttribute("name");
  }

  override overrideLogicalId(name: string): void {
    super.overrideLogicalId(name);
    refuseLateName(this, name);
  }

  override interpolationForAttribute(attribute: string): IResolvable {
    return attributeReference(this, attribute);
  }

  protected override get constructNodeMetadata(): Record<string, object> {
    return withPlace(super.constructNodeMetadata, this.#place);
  }

  override toHclTerraform(): unknown {
    return correctedForHcl(super.toHclTerraform(), this);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return toTerraform(this.#table, this.#config);
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    return toHcl(this.#table, this.#config);
  }
}

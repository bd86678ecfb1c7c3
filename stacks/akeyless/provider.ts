import { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { terraformName } from "../attributes/attribute.ts";
import { type AttributeTable, toHcl, toTerraform } from "./attributes.ts";
import { GENERATOR_METADATA, PROVIDER_SOURCE } from "./release.ts";

/**
 * Configuration of the provider. One login block is used; when several are given the provider
 * picks one by its own order, and with none it reads AKEYLESS_ACCESS_ID and AKEYLESS_ACCESS_KEY.
 * A failed login is only a warning: the first resource then fails instead.
 */
export interface AkeylessProviderConfig {
  /** Name that resources use to choose between several providers of this kind. */
  readonly alias?: string;
  /** API address of the gateway; else AKEYLESS_GATEWAY, else the public API. */
  readonly apiGatewayAddress?: string;
  /** AKEYLESS_ACCESS_ID, AKEYLESS_ACCESS_KEY. */
  readonly apiKeyLogin?: { readonly accessId?: string; readonly accessKey?: string };
  readonly awsIamLogin?: { readonly accessId: string };
  readonly azureAdLogin?: { readonly accessId: string };
  readonly gcpLogin?: { readonly accessId: string; readonly audience?: string };
  /** AKEYLESS_AUTH_JWT. */
  readonly jwtLogin?: { readonly accessId: string; readonly jwt?: string };
  /** AKEYLESS_EMAIL, AKEYLESS_PASSWORD. */
  readonly emailLogin?: { readonly adminEmail?: string; readonly adminPassword?: string };
  /** AKEYLESS_AUTH_UID. */
  readonly uidLogin?: { readonly accessId?: string; readonly uidToken?: string };
  /** AKEYLESS_AUTH_CERT, AKEYLESS_AUTH_KEY. */
  readonly certLogin?: {
    readonly accessId: string;
    readonly certFileName?: string;
    readonly certData?: string;
    readonly keyFileName?: string;
    readonly keyData?: string;
  };
  /** AKEYLESS_AUTH_TOKEN. */
  readonly tokenLogin?: { readonly token?: string };
}

/** The provider's own attributes. */
export const providerAttributes: AttributeTable<Pick<AkeylessProviderConfig, "apiGatewayAddress">> =
  {
    apiGatewayAddress: { type: "string" },
  };

const text = { type: "string" } as const;
const required = { type: "string", required: true } as const;
const secret = { type: "string", sensitive: true } as const;
const requiredSecret = { type: "string", required: true, sensitive: true } as const;

type LoginName = Exclude<keyof AkeylessProviderConfig, "alias" | "apiGatewayAddress">;

/** The provider's login blocks. */
export const loginBlocks: {
  readonly [Name in LoginName]: AttributeTable<NonNullable<AkeylessProviderConfig[Name]>>;
} = {
  apiKeyLogin: { accessId: required, accessKey: requiredSecret },
  awsIamLogin: { accessId: required },
  azureAdLogin: { accessId: required },
  gcpLogin: { accessId: required, audience: text },
  jwtLogin: { accessId: required, jwt: requiredSecret },
  emailLogin: { adminEmail: required, adminPassword: required },
  uidLogin: { accessId: text, uidToken: requiredSecret },
  certLogin: {
    accessId: required,
    certFileName: text,
    certData: secret,
    keyFileName: text,
    keyData: secret,
  },
  tokenLogin: { token: requiredSecret },
};

type BlockValues = Readonly<Record<string, unknown>>;

const blockTables: Readonly<Record<string, AttributeTable<BlockValues>>> = loginBlocks as Readonly<
  Record<LoginName, AttributeTable<BlockValues>>
>;

/** L1 of the provider block. */
export class AkeylessProvider extends TerraformProvider {
  static readonly tfResourceType = "akeyless";
  readonly #config: AkeylessProviderConfig;

  constructor(scope: Construct, id: string, config: AkeylessProviderConfig = {}) {
    super(scope, id, {
      terraformResourceType: AkeylessProvider.tfResourceType,
      terraformGeneratorMetadata: GENERATOR_METADATA,
      terraformProviderSource: PROVIDER_SOURCE,
    });
    this.#config = config;
  }

  override get alias(): string | undefined {
    return this.#config.alias;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const blocks = this.#blocks().map(([name, table, values]) => [
      terraformName(name),
      [toTerraform(table, values)],
    ]);
    return { ...toTerraform(providerAttributes, this.#address), ...Object.fromEntries(blocks) };
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    const blocks = this.#blocks().map(([name, table, values]) => [
      terraformName(name),
      {
        value: [toHcl(table, values)],
        isBlock: true,
        type: "list",
        storageClassType: "objectList",
      },
    ]);
    return { ...toHcl(providerAttributes, this.#address), ...Object.fromEntries(blocks) };
  }

  get #address(): Pick<AkeylessProviderConfig, "apiGatewayAddress"> {
    return this.#config;
  }

  #blocks(): [string, AttributeTable<BlockValues>, BlockValues][] {
    return Object.entries(blockTables).flatMap(([name, table]) => {
      const values = this.#config[name as LoginName];
      return values === undefined ? [] : [[name, table, { ...values }]];
    });
  }
}

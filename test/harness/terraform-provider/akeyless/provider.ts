import document from "../../../../stacks/akeyless/schema.json" with { type: "json" };
import type { Diagnostic, Environment, Provider } from "../protocol/provider.ts";
import type { BlockSchema, ProviderSchema } from "../protocol/schema.ts";
import { isObject, type ObjectValue, type Value } from "../protocol/values.ts";
import { type ApiClient, createApiClient, withToken } from "./client.ts";
import { connectionMessage, text } from "./fields.ts";
import { environmentDefaults, type Login, readLogin } from "./login.ts";
import { readRetryPolicy } from "./retry.ts";
import { rotatedSecretCustom } from "./rotated-secret-custom.ts";
import { rotatedSecretData } from "./rotated-secret-data.ts";
import { targetWeb } from "./target-web.ts";

const PUBLIC_API = "https://api.akeyless.io";

/** The schema that the L1 classes follow too. */
const published = document.provider_schemas[
  "registry.terraform.io/akeyless-community/akeyless"
] as unknown as ProviderSchema;

/**
 * Stand-in for `akeyless-community/akeyless` `~> 2.0`: translates two resources and a data source to
 * the API of an Akeyless Gateway, as read in the provider's source 1.11.4/2.x, not run against the
 * real provider.
 */
export function createAkeylessProvider(environment: Environment): Provider<ApiClient> {
  return {
    planning: "legacy",
    schema: withEnvironmentDefaults(published, environment),
    configure,
    resources: {
      akeyless_target_web: targetWeb,
      akeyless_rotated_secret_custom: rotatedSecretCustom,
    },
    dataSources: { akeyless_rotated_secret: rotatedSecretData },
  };
}

/**
 * Logs in, even when only a plan is made. A login that fails is only a warning: the provider goes on
 * with an empty token, and each call then fails for itself.
 */
async function configure(config: ObjectValue, environment: Environment) {
  const address = text(config.api_gateway_address) || environment.AKEYLESS_GATEWAY || PUBLIC_API;
  const retry = readRetryPolicy(firstBlock(config.retry), environment);
  const client = createApiClient({ address, retry });
  const login = readLogin(config, environment);
  const diagnostics: Diagnostic[] = [];
  let token = "";
  try {
    token = await obtainToken(client, login);
  } catch (error) {
    diagnostics.push({
      severity: "warning",
      summary: "authentication failed",
      detail: connectionMessage(error),
    });
  }
  return { client: withToken(client, token), diagnostics };
}

async function obtainToken(client: ApiClient, login: Login | undefined): Promise<string> {
  if (!login) {
    throw new Error("no login: set api_key_login, token_login or AKEYLESS_ACCESS_ID and _KEY");
  }
  if ("token" in login) return login.token;
  const answer = await client.call("auth", login.body);
  return isObject(answer as Value) ? text((answer as ObjectValue).token) : "";
}

function firstBlock(blocks: Value | undefined): ObjectValue {
  const first: Value | undefined = Array.isArray(blocks) ? blocks[0] : undefined;
  return isObject(first) ? first : {};
}

/** See {@link environmentDefaults}. */
function withEnvironmentDefaults(schema: ProviderSchema, environment: Environment): ProviderSchema {
  const optional = environmentDefaults(environment);
  const relaxed = (name: string, block: BlockSchema): BlockSchema => ({
    ...block,
    attributes: Object.fromEntries(
      Object.entries(block.attributes ?? {}).map(([attribute, declared]) => [
        attribute,
        optional.has(`${name}.${attribute}`)
          ? { ...declared, required: false, optional: true }
          : declared,
      ]),
    ),
  });
  const { provider } = schema;
  const block_types = Object.fromEntries(
    Object.entries(provider.block.block_types ?? {}).map(([name, nested]) => [
      name,
      { ...nested, block: relaxed(name, nested.block) },
    ]),
  );
  return { ...schema, provider: { ...provider, block: { ...provider.block, block_types } } };
}

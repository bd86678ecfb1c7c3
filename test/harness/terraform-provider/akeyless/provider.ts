import type { EnvironmentVariables } from "../../../../common/environment-variables.ts";
import type { Diagnostic, Provider } from "../protocol/provider.ts";
import type { BlockSchema, ProviderSchema } from "../protocol/schema.ts";
import { isObject, type ObjectValue, type TerraformValue } from "../protocol/values.ts";
import { type ApiClient, createApiClient, withToken } from "./client.ts";
import { connectionMessage, fieldText } from "./fields.ts";
import { environmentDefaults, type ProviderLogin, readLogin } from "./login.ts";
import { defaultRelease, type ProviderRelease, schemaOf } from "./release.ts";
import { rotatedSecretCustom } from "./rotated-secret-custom.ts";
import { rotatedSecretData } from "./rotated-secret-data.ts";
import { targetWeb } from "./target-web.ts";

const PUBLIC_API = "https://api.akeyless.io";

/**
 * Stand-in for `akeyless-community/akeyless` `~> 2.0`: translates two resources and a data source to
 * the API of an Akeyless Gateway. docs/reference/stand-in-provider.md says what was measured with
 * the real provider, and what is taken to be so.
 */
export function createAkeylessProvider(
  environment: EnvironmentVariables,
  release: ProviderRelease = defaultRelease,
): Provider<ApiClient> {
  return {
    planning: "legacy",
    schema: withEnvironmentDefaults(schemaOf(release), environment),
    configure,
    resources: {
      akeyless_target_web: targetWeb,
      akeyless_rotated_secret_custom: rotatedSecretCustom(release),
    },
    dataSources: { akeyless_rotated_secret: rotatedSecretData },
  };
}

/**
 * Logs in, even when only a plan is made. A login that fails is only a warning: the provider goes on
 * with an empty token, and each call then fails for itself.
 */
async function configure(config: ObjectValue, environment: EnvironmentVariables) {
  const address =
    fieldText(config.api_gateway_address) || environment.AKEYLESS_GATEWAY || PUBLIC_API;
  const client = createApiClient({ address, ...waitsOf(environment) });
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

async function obtainToken(client: ApiClient, login: ProviderLogin | undefined): Promise<string> {
  if (!login) {
    throw new Error("no login: set api_key_login, token_login or AKEYLESS_ACCESS_ID and _KEY");
  }
  if ("token" in login) return login.token;
  const answer = await client.call("auth", login.body);
  return isObject(answer as TerraformValue) ? fieldText((answer as ObjectValue).token) : "";
}

/** A setting of the stand-in alone, so that tests need not wait: seconds before each further try. */
function waitsOf({ STAND_IN_PROVIDER_WAIT_SECONDS: seconds }: EnvironmentVariables) {
  const wait = Number(seconds) * 1_000;
  return Number.isFinite(wait) ? { waits: [wait, wait] } : {};
}

/** See {@link environmentDefaults}. */
function withEnvironmentDefaults(
  schema: ProviderSchema,
  environment: EnvironmentVariables,
): ProviderSchema {
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

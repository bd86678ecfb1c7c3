import type { EnvironmentVariables } from "../../../../common/environment-variables.ts";
import { isObject, type ObjectValue } from "../protocol/values.ts";

/** How to get a token: it is given, or it is asked for with this body of `/auth`. */
export type ProviderLogin =
  | { readonly token: string }
  | { readonly body: Readonly<Record<string, unknown>> };

/** One login block: its attributes with their environment variables, and the body they make. */
interface LoginBlock {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  toLogin(values: Readonly<Record<string, string>>): ProviderLogin;
}

/** What the Go client's constructor of this request fills in by itself. */
const DEFAULTS = { "gcp-audience": "akeyless.io", "oci-auth-type": "apikey", json: false };

const auth = (
  type: string,
  fields: Readonly<Record<string, string | undefined>>,
): ProviderLogin => ({
  body: { ...DEFAULTS, "access-type": type, ...fields },
});

const cloud = (name: string): LoginBlock => ({
  name,
  environment: {},
  toLogin: () => {
    throw new Error(
      `The stand-in provider cannot log in with ${name}: it has no cloud identity. ` +
        "Use api_key_login or token_login.",
    );
  },
});

/**
 * The login blocks in the order in which the provider looks at them; the first one that is there
 * counts. As read in the provider's source 1.11.4/2.x, not run against the real provider.
 */
const loginBlocks: readonly LoginBlock[] = [
  {
    name: "token_login",
    environment: { token: "AKEYLESS_AUTH_TOKEN" },
    toLogin: ({ token = "" }) => ({ token }),
  },
  {
    name: "api_key_login",
    environment: { access_id: "AKEYLESS_ACCESS_ID", access_key: "AKEYLESS_ACCESS_KEY" },
    toLogin: (values) => apiKey(values.access_id, values.access_key),
  },
  {
    name: "email_login",
    environment: { admin_email: "AKEYLESS_EMAIL", admin_password: "AKEYLESS_PASSWORD" },
    toLogin: (values) =>
      auth("password", {
        "admin-email": values.admin_email,
        "admin-password": values.admin_password,
      }),
  },
  cloud("aws_iam_login"),
  cloud("gcp_login"),
  cloud("azure_ad_login"),
  {
    name: "jwt_login",
    environment: { jwt: "AKEYLESS_AUTH_JWT" },
    toLogin: (values) => auth("jwt", { "access-id": values.access_id, jwt: values.jwt }),
  },
  {
    name: "uid_login",
    environment: { uid_token: "AKEYLESS_AUTH_UID" },
    toLogin: (values) =>
      auth("universal_identity", { "access-id": values.access_id, "uid-token": values.uid_token }),
  },
  {
    name: "cert_login",
    environment: { cert_data: "AKEYLESS_AUTH_CERT", key_data: "AKEYLESS_AUTH_KEY" },
    toLogin: (values) =>
      auth("cert", {
        "access-id": values.access_id,
        "cert-data": values.cert_data,
        "key-data": values.key_data,
      }),
  },
];

/**
 * Attributes that the schema requires, with the environment variable that makes them optional while
 * it is set: so does the second plugin SDK for Go with a required attribute that has a default.
 */
export function environmentDefaults(environment: EnvironmentVariables): ReadonlySet<string> {
  const names = loginBlocks.flatMap(({ name, environment: variables }) =>
    Object.entries(variables)
      .filter(([, variable]) => environment[variable])
      .map(([attribute]) => `${name}.${attribute}`),
  );
  return new Set(names);
}

/**
 * The login that a provider block asks for, or else the API key in the environment, or else none.
 * Throws for a block that is given twice.
 */
export function readLogin(
  config: ObjectValue,
  environment: EnvironmentVariables,
): ProviderLogin | undefined {
  for (const block of loginBlocks) {
    const given = config[block.name];
    if (!Array.isArray(given) || given.length === 0) continue;
    if (given.length > 1) throw new Error(`The provider block has ${block.name} more than once.`);
    return block.toLogin(readBlock(block, given[0], environment));
  }
  const { AKEYLESS_ACCESS_ID: id, AKEYLESS_ACCESS_KEY: key } = environment;
  return id && key ? apiKey(id, key) : undefined;
}

function readBlock(block: LoginBlock, given: unknown, environment: EnvironmentVariables) {
  const values: Record<string, string> = {};
  for (const [attribute, variable] of Object.entries(block.environment)) {
    const value = environment[variable];
    if (value) values[attribute] = value;
  }
  for (const [attribute, value] of Object.entries(
    isObject(given as ObjectValue) ? (given as ObjectValue) : {},
  )) {
    if (typeof value === "string" && value !== "") values[attribute] = value;
  }
  return values;
}

function apiKey(id: string | undefined, key: string | undefined): ProviderLogin {
  return auth("api_key", { "access-id": id, "access-key": key });
}

import { defined } from "../../common/defined.ts";
import type { EnvironmentVariables } from "../../common/environment-variables.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { baseAddress, holdsLogin, toUrl } from "../../common/url.ts";

/** How to log in: what the Terraform provider offers too, but for e-mail and password. */
export type Credentials =
  | { readonly type: "token"; readonly token: string }
  | { readonly type: "access-key"; readonly accessId: string; readonly accessKey: string }
  | { readonly type: "jwt"; readonly accessId: string; readonly jwt: string }
  | { readonly type: "universal-identity"; readonly accessId?: string; readonly token: string }
  | {
      readonly type: "certificate";
      readonly accessId: string;
      /** PEM, or PEM in base64. */
      readonly certificate: string;
      readonly key: string;
    }
  | { readonly type: "aws_iam" | "azure_ad" | "gcp"; readonly accessId: string };

/** Where a gateway's API is and how to log in to it. */
export interface Connection {
  /** Base address of the API, without a trailing slash. */
  readonly address: string;
  readonly credentials: Credentials;
}

/**
 * Reads AKEYLESS_GATEWAY and a login: the names that Akeyless's Terraform provider reads, so that one
 * environment serves both. The first that is there counts: AKEYLESS_AUTH_TOKEN, then
 * AKEYLESS_ACCESS_TYPE (`aws_iam`, `azure_ad`, `gcp`: the machine's own identity), AKEYLESS_ACCESS_KEY,
 * AKEYLESS_AUTH_JWT, AKEYLESS_AUTH_UID, AKEYLESS_AUTH_CERT with AKEYLESS_AUTH_KEY; all but the token and
 * the universal identity with AKEYLESS_ACCESS_ID.
 *
 * @throws KitError `gateway_address_missing`, `gateway_address_invalid`, `login_missing`
 */
export function connectionFrom(environment: EnvironmentVariables): Connection {
  return { address: addressFrom(environment), credentials: credentialsFrom(environment) };
}

function addressFrom(environment: EnvironmentVariables): string {
  const given = environment.AKEYLESS_GATEWAY?.trim();
  if (!given) {
    throw new KitError("gateway_address_missing");
  }
  const url = toUrl(given);
  const usable =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    !holdsLogin(url) &&
    url.search === "" &&
    url.hash === "";
  if (!usable) {
    // The value is not shown: an address with a password in it ends here too.
    throw new KitError("gateway_address_invalid");
  }
  return baseAddress(given);
}

const CLOUDS = ["aws_iam", "azure_ad", "gcp"] as const;

function credentialsFrom(environment: EnvironmentVariables): Credentials {
  const {
    AKEYLESS_AUTH_TOKEN: token,
    AKEYLESS_ACCESS_ID: accessId,
    AKEYLESS_ACCESS_TYPE: type,
    AKEYLESS_ACCESS_KEY: accessKey,
    AKEYLESS_AUTH_JWT: jwt,
    AKEYLESS_AUTH_UID: uid,
    AKEYLESS_AUTH_CERT: certificate,
    AKEYLESS_AUTH_KEY: key,
  } = environment;
  if (token) return { type: "token", token };
  const cloud = CLOUDS.find((name) => name === type);
  const id = (given: string): string => {
    if (accessId) return accessId;
    throw new KitError("login_missing.half", { given, missing: "AKEYLESS_ACCESS_ID" });
  };
  if (cloud) return { type: cloud, accessId: id("AKEYLESS_ACCESS_TYPE") };
  if (accessKey) return { type: "access-key", accessId: id("AKEYLESS_ACCESS_KEY"), accessKey };
  if (jwt) return { type: "jwt", accessId: id("AKEYLESS_AUTH_JWT"), jwt };
  if (uid)
    return {
      type: "universal-identity",
      token: uid,
      ...defined({ accessId: accessId || undefined }),
    };
  if (certificate && key) {
    return { type: "certificate", accessId: id("AKEYLESS_AUTH_CERT"), certificate, key };
  }
  const half = [
    [certificate, "AKEYLESS_AUTH_CERT", "AKEYLESS_AUTH_KEY"],
    [key, "AKEYLESS_AUTH_KEY", "AKEYLESS_AUTH_CERT"],
    [accessId, "AKEYLESS_ACCESS_ID", "AKEYLESS_ACCESS_KEY"],
  ].find(([value]) => value);
  if (half === undefined) throw new KitError("login_missing");
  const [, given = "", missing = ""] = half;
  throw new KitError("login_missing.half", { given, missing });
}

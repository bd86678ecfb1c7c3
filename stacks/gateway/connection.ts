import { KitError } from "../../common/errors/kit-error.ts";

/** Where a gateway's API is and how to log in to it. */
export interface Connection {
  /** Base address of the API, without a trailing slash. */
  readonly address: string;
  readonly credentials:
    | { readonly type: "token"; readonly token: string }
    | { readonly type: "access-key"; readonly accessId: string; readonly accessKey: string };
}

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads AKEYLESS_GATEWAY and either AKEYLESS_AUTH_TOKEN or AKEYLESS_ACCESS_ID with
 * AKEYLESS_ACCESS_KEY: the names that Akeyless's Terraform provider reads, so that one environment
 * serves both. The token wins, as it does there.
 *
 * @throws KitError `gateway_address_missing`, `gateway_address_invalid`, `login_missing`
 */
export function connectionFrom(environment: Environment): Connection {
  return { address: addressFrom(environment), credentials: credentialsFrom(environment) };
}

function addressFrom(environment: Environment): string {
  const given = environment.AKEYLESS_GATEWAY?.trim();
  if (!given) {
    throw new KitError("gateway_address_missing");
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const usable =
    url !== undefined &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (!usable) {
    // The value is not shown: an address with a password in it ends here too.
    throw new KitError("gateway_address_invalid");
  }
  return given.replace(/\/+$/, "");
}

function credentialsFrom(environment: Environment): Connection["credentials"] {
  const token = environment.AKEYLESS_AUTH_TOKEN;
  if (token) return { type: "token", token };
  const accessId = environment.AKEYLESS_ACCESS_ID;
  const accessKey = environment.AKEYLESS_ACCESS_KEY;
  if (accessId && accessKey) return { type: "access-key", accessId, accessKey };
  const [id, key] = ["AKEYLESS_ACCESS_ID", "AKEYLESS_ACCESS_KEY"];
  if (accessId) throw new KitError("login_missing.half", { given: id, missing: key });
  if (accessKey) throw new KitError("login_missing.half", { given: key, missing: id });
  throw new KitError("login_missing");
}

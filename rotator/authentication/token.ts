import { decodeProtectedHeader } from "jose/decode/protected_header";
import { decodeJwt } from "jose/jwt/decode";
import { KitError } from "../../common/errors/kit-error.ts";
import { itemPath } from "../../common/item-path.ts";

/**
 * Signatures by a private key (RFC 7518, RFC 8037, RFC 9864). Akeyless signs so: an unsigned token or
 * one under a shared secret is forged, and what is not known here is refused.
 */
const SIGNED_BY_KEY: ReadonlySet<string> = new Set([
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
  ...["EdDSA", "Ed25519", "Ed448"],
]);

/** How far the clocks of gateway and rotator may be apart, in seconds. */
export const CLOCK_TOLERANCE_S = 30;

/** What a token says about itself. Nothing here is proved: it may only shorten the way to a no. */
export interface TokenClaims {
  /** When the token ends, milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** The item that the request is about, from claim `attaches`. */
  readonly item: string | undefined;
  /** The access id the token names, under the claims that were seen in the wild. */
  readonly accessId: string | undefined;
}

/**
 * Reads a token without believing it, and refuses what the remote validation would refuse anyway.
 *
 * @param now milliseconds since the Unix epoch
 * @throws KitError `credentials_malformed` or `credentials_expired`
 */
export function readToken(token: string, now: number): TokenClaims {
  const claims = decode(token);
  const seconds = now / 1000;
  if (claims.exp === undefined) {
    throw new KitError("credentials_malformed.no_expiry");
  }
  if (claims.exp <= seconds - CLOCK_TOLERANCE_S) {
    throw new KitError("credentials_expired.ended");
  }
  const start = Math.max(claims.nbf ?? 0, claims.iat ?? 0);
  if (start > seconds + CLOCK_TOLERANCE_S) {
    throw new KitError("credentials_expired.early");
  }
  return {
    expiresAt: claims.exp * 1000,
    item: itemOf(claims.attaches),
    accessId: ["access_id", "aid", "client_id", "sub"]
      .map((name) => claims[name])
      .find((value) => typeof value === "string"),
  };
}

interface Claims {
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly [name: string]: unknown;
}

function decode(token: string): Claims {
  let claims: Claims;
  let algorithm: unknown;
  try {
    algorithm = decodeProtectedHeader(token).alg;
    claims = decodeJwt(token);
  } catch (cause) {
    throw new KitError(
      "credentials_malformed.not_jwt",
      {},
      {
        cause,
      },
    );
  }
  if (typeof algorithm !== "string" || !SIGNED_BY_KEY.has(algorithm)) {
    throw new KitError("credentials_malformed.unsigned");
  }
  for (const name of ["exp", "nbf", "iat"]) {
    const value = claims[name];
    if (value !== undefined && !(typeof value === "number" && Number.isFinite(value))) {
      throw new KitError("credentials_malformed.bad_claim", { name });
    }
  }
  return claims;
}

/** Claim `attaches` is a JSON text with `item_name`; an object is accepted too. */
function itemOf(attaches: unknown): string | undefined {
  let value = attaches;
  if (typeof value === "string") {
    try {
      value = JSON.parse(value);
    } catch {
      return undefined; // Unreadable means unknown; anyone who needs the item refuses the token.
    }
  }
  if (typeof value !== "object" || value === null || !("item_name" in value)) return undefined;
  const name = value.item_name;
  if (typeof name !== "string" || name === "") return undefined;
  return itemPath(name);
}

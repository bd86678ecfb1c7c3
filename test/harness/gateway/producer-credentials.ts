import { type CryptoKey, errors, generateKeyPair, jwtVerify, SignJWT } from "jose";
import type { Clock } from "../../../common/clock.ts";
import { type Random, uuid } from "./random.ts";

const ALGORITHM = "ES256";
const ISSUER = "akeyless-gateway-emulator";

/** What an AkeylessCreds token says. */
export interface ProducerClaims {
  readonly accessId: string;
  readonly itemName: string;
}

/** How a test can bend a token. */
export interface TokenOverrides {
  readonly accessId?: string;
  /** Seconds until it expires; negative: it has expired already. */
  readonly expiresIn?: number;
}

/** Issues and checks `AkeylessCreds`, the short-lived tokens that come with each rotation request. */
export interface ProducerCredentials {
  issue(itemName: string, overrides?: TokenOverrides): Promise<string>;
  /** The claims of a token that this gateway signed and that has not expired. */
  verify(token: string): Promise<ProducerClaims | undefined>;
}

/** Where the parts of a token come from. */
export interface CredentialsContext {
  readonly accessId: string;
  readonly accountId: string;
  /** Seconds. */
  readonly lifetime: number;
  /** The wall clock: rotators are other processes and compare `exp` with their own. */
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Creates the signing key and returns issuer and verifier. Claims as akeyless-custom-producer
 * (Python) reads them: `access_id`, and `attaches`, a JSON string with account and item.
 */
export async function createProducerCredentials({
  accessId,
  accountId,
  lifetime,
  clock,
  random,
}: CredentialsContext): Promise<ProducerCredentials> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const seconds = () => Math.floor(clock.now() / 1000);
  return {
    issue: (itemName, overrides = {}) =>
      new SignJWT({
        access_id: overrides.accessId ?? accessId,
        attaches: JSON.stringify({ account_id: accountId, item_name: itemName }),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .setIssuer(ISSUER)
        .setJti(uuid(random))
        .setIssuedAt(seconds())
        .setExpirationTime(seconds() + (overrides.expiresIn ?? lifetime))
        .sign(privateKey),
    verify: (token) => verify(token, publicKey, new Date(clock.now())),
  };
}

async function verify(
  token: string,
  key: CryptoKey,
  currentDate: Date,
): Promise<ProducerClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      currentDate,
    });
    const attached = JSON.parse(String(payload.attaches)) as { item_name: string };
    return { accessId: String(payload.access_id), itemName: attached.item_name };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../../../common/clock.ts";
import { type Random, uuid } from "./random.ts";

const HEADER = { alg: "EdDSA", typ: "JWT" };
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
  issue(itemName: string, overrides?: TokenOverrides): string;
  /** The claims of a token that this gateway signed and that has not expired. */
  verify(token: string): ProducerClaims | undefined;
}

/** Where the parts of a token come from. */
export interface CredentialsContext {
  readonly accessId: string;
  readonly accountId: string;
  /** What the key is made of: 32 bytes, base64. */
  readonly signingKey: string;
  /** Seconds. */
  readonly lifetime: number;
  /** The wall clock: rotators are other processes and compare `exp` with their own. */
  readonly clock: Clock;
  readonly random: Random;
}

const claimsSchema = z.object({
  access_id: z.string(),
  attaches: z.string(),
  iss: z.literal(ISSUER),
  exp: z.number(),
});

/**
 * Returns issuer and verifier. Claims as akeyless-custom-producer (Python) reads them: `access_id`,
 * and `attaches`, a JSON string with account and item. Ed25519, because its signatures are the same
 * every time; by `node:crypto`, because in Node 20 and 22 WebCrypto warns that it is experimental.
 */
export function createProducerCredentials(context: CredentialsContext): ProducerCredentials {
  const { accessId, accountId, lifetime, clock, random } = context;
  const key = privateKey(Buffer.from(context.signingKey, "base64"));
  const publicKey = createPublicKey(key);
  return {
    issue: (itemName, overrides = {}) => {
      const now = Math.floor(clock.now() / 1000);
      return signed(key, {
        access_id: overrides.accessId ?? accessId,
        attaches: JSON.stringify({ account_id: accountId, item_name: itemName }),
        iss: ISSUER,
        jti: uuid(random),
        iat: now,
        exp: now + (overrides.expiresIn ?? lifetime),
      });
    },
    verify: (token) => {
      const claims = claimsSchema.safeParse(claimsOf(token, publicKey)).data;
      if (!claims || claims.exp * 1000 <= clock.now()) return undefined;
      const attached = JSON.parse(claims.attaches) as { item_name: string };
      return { accessId: claims.access_id, itemName: attached.item_name };
    },
  };
}

/** The beginning of every Ed25519 key in PKCS #8 (RFC 8410, section 7); its 32 bytes follow. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

function privateKey(bytes: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, bytes]), format: "der", type: "pkcs8" });
}

function signed(key: KeyObject, claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${encode(HEADER)}.${encode(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString("base64url")}`;
}

/** What a token says that this key signed. */
function claimsOf(token: string, key: KeyObject): unknown {
  const [header = "", claims = "", signature = "", ...more] = token.split(".");
  if (more.length > 0) return undefined;
  const text = Buffer.from(`${header}.${claims}`);
  if (!verify(null, text, key, Buffer.from(signature, "base64url"))) return undefined;
  return JSON.parse(Buffer.from(claims, "base64url").toString());
}

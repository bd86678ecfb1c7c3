import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
} from "node:crypto";
import { derivationInfo, deriveKey, hashOf } from "./derivation.ts";
import type { RotationState } from "./payload.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * What a sealed text belongs to. It opens nowhere else, so that nobody but a rotator can write what
 * is beside it: a forged list of keys to revoke, for instance.
 */
export interface SealContext
  extends Pick<RotationState, "gen" | "kid" | "policyId" | "gens" | "key" | "retire" | "users"> {
  /** When the answer was made; only where `users` are bound too. */
  readonly at?: string | undefined;
  readonly item: string;
  readonly system: string;
}

/**
 * Encrypts a text so that only holders of the rotator key read it: AES-256-GCM, base64url of
 * nonce, ciphertext and tag.
 *
 * Deterministic on purpose: the same payload must get the same answer. The nonce is therefore not
 * random but a MAC of the text (a synthetic IV), under a key of its own. Two different texts get
 * different nonces except by a 96-bit collision, and the keys are derived for one item, one
 * generation and one state, so one key sees one text, or a handful after a restore: nonce reuse, which would
 * break GCM, does not come into reach. What determinism gives away is only whether two sealed
 * texts are equal.
 */
export function seal(key: Uint8Array, context: SealContext, text: string): string {
  const hash = contextOf(context);
  const plain = Buffer.from(text, "utf8");
  const nonce = createHmac("sha256", subkey(key, "nonce", hash))
    .update(plain)
    .digest()
    .subarray(0, NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", subkey(key, "encrypt", hash), nonce);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64url");
}

/** Opens what `seal` closed; undefined when key, context or text do not fit together. */
export function unseal(key: Uint8Array, context: SealContext, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const end = bytes.length - TAG_BYTES;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const encryption = subkey(key, "encrypt", contextOf(context));
  const decipher = createDecipheriv("aes-256-gcm", encryption, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(end));
  const plain = decipher.update(bytes.subarray(NONCE_BYTES, end));
  try {
    return Buffer.concat([plain, decipher.final()]).toString("utf8");
  } catch {
    // The tag does not match: the only failure that `final` has. Nothing of the text is used.
    return undefined;
  }
}

function contextOf(context: SealContext): Buffer {
  const { item, system, gen, kid, policyId, gens, key, retire, users, at } = context;
  const [first = "", second = ""] = gens?.map(String) ?? [];
  const fields = [item, system, String(gen), kid, policyId, first, second, key ?? ""];
  const all = [...fields, ...(retire ?? [])];
  // No item's name is "bound": it starts with a slash. Payloads of versions before had no users.
  return hashOf(users ? ["bound", at ?? "", String(users.length), ...users, ...all] : all);
}

/** A key object, because Node.js 24 takes bytes in its place at several times the price. */
function subkey(key: Uint8Array, use: "nonce" | "encrypt", context: Buffer): KeyObject {
  const info = derivationInfo(`akeyless-rotation-kit/v1/seal/${use}`, context);
  return createSecretKey(deriveKey(key, info, 32));
}

import { createHash, createHmac, pbkdf2 as pbkdf2Callback, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const pbkdf2 = promisify(pbkdf2Callback);

/** What the server itself uses unless scram_iterations says otherwise. */
const ITERATIONS = 4096;

/**
 * The verifier that PostgreSQL stores for a password, in its own text form (RFC 5803, RFC 7677).
 * Sending it in place of the password keeps the password out of server logs, pg_stat_statements
 * and event triggers. No maintained npm package makes it.
 *
 * @param password printable ASCII, for which SASLprep changes nothing
 */
export async function scramVerifier(
  password: string,
  salt: Uint8Array = randomBytes(16),
): Promise<string> {
  if (!isPrintableAscii(password)) throw new RangeError("password is not printable ASCII");
  const salted = await pbkdf2(password, salt, ITERATIONS, 32, "sha256");
  const mac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(mac("Client Key")).digest("base64");
  const serverKey = mac("Server Key").toString("base64");
  const encodedSalt = Buffer.from(salt).toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${encodedSalt}$${storedKey}:${serverKey}`;
}

/**
 * Whether SASLprep (RFC 4013) changes a password. pg prepares such a password always; PostgreSQL's own
 * clients send it as it is where it holds a character that the RFC prohibits. So a login that fails
 * with one proves nothing.
 */
export function isChangedByPreparation(password: string): boolean {
  return PREPARED.test(password) || password.normalize("NFKC") !== password;
}

/** Non-ASCII spaces, and what is mapped to nothing (RFC 3454, C.1.2 and B.1). */
const PREPARED =
  /[\u00a0\u1680\u2000-\u200d\u202f\u205f\u3000\u00ad\u1806\u2060\ufeff]|\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]/;

/** Whether a verifier can be made without SASLprep. */
export function isPrintableAscii(password: string): boolean {
  return /^[\x20-\x7e]+$/.test(password);
}

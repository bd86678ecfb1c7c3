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

/** Whether a verifier can be made without SASLprep. */
export function isPrintableAscii(password: string): boolean {
  return /^[\x20-\x7e]+$/.test(password);
}

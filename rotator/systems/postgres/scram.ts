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
  const { storedKey, serverKey } = await keysOf(password, salt, ITERATIONS);
  const [stored, server, encodedSalt] = [storedKey, serverKey, salt].map((bytes) =>
    Buffer.from(bytes).toString("base64"),
  );
  return `SCRAM-SHA-256$${ITERATIONS}:${encodedSalt}$${stored}:${server}`;
}

/** What was said in a SCRAM login before the client proves that it has the password (RFC 5802). */
export interface ScramConversation {
  readonly clientNonce: string;
  /** The server's first message, which pg has checked. */
  readonly serverFirst: string;
  /** The client's final message, up to its proof. */
  readonly withoutProof: string;
}

/** A login's last message with the proof of a password that is used as it is, and the server's answer. */
export async function scramProof(
  password: string,
  { clientNonce, serverFirst, withoutProof }: ScramConversation,
): Promise<{ response: string; serverSignature: string }> {
  const [, salt = "", iterations = ""] = /,s=([^,]*),i=(\d+)/.exec(serverFirst) ?? [];
  const { clientKey, storedKey, serverKey } = await keysOf(
    password,
    Buffer.from(salt, "base64"),
    Number(iterations),
  );
  const conversation = `n=*,r=${clientNonce},${serverFirst},${withoutProof}`;
  const signature = mac(storedKey, conversation);
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
  return {
    response: `${withoutProof},p=${proof.toString("base64")}`,
    serverSignature: mac(serverKey, conversation).toString("base64"),
  };
}

async function keysOf(password: string, salt: Uint8Array, iterations: number) {
  const salted = await pbkdf2(password, salt, iterations, 32, "sha256");
  const clientKey = mac(salted, "Client Key");
  const storedKey = createHash("sha256").update(clientKey).digest();
  return { clientKey, storedKey, serverKey: mac(salted, "Server Key") };
}

function mac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Whether a verifier can be made without SASLprep. */
export function isPrintableAscii(password: string): boolean {
  return /^[\x20-\x7e]+$/.test(password);
}

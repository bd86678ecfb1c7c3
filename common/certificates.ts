import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { KitError } from "./errors/kit-error.ts";
import { readFailure } from "./read-failure.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/**
 * The certificates of authorities in a PEM file. Checked, because TLS takes any text: what is no
 * certificate is passed over in silence, and an empty text means the public authorities. Read for
 * each use, so that a renewed file is seen without a restart.
 *
 * @throws KitError `certificates_invalid`
 */
export function readAuthorities(path: string, now = Date.now()): string {
  const { text, certificates } = readCertificates(path);
  if (certificates.every(({ validTo }) => Date.parse(validTo) <= now))
    throw invalid(`every certificate in ${path} has expired`);
  return text;
}

/** A certificate chain with its private key, both PEM. */
interface KeyPair {
  readonly cert: string;
  readonly key: string;
  /** When the certificate ends, milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/**
 * A certificate chain with its private key, seen to fit together and to be valid now.
 *
 * @throws KitError `certificates_invalid`
 */
export function readKeyPair(certFile: string, keyFile: string, now = Date.now()): KeyPair {
  return readPair(certFile, keyFile, now).pair;
}

/**
 * The same for a server, whose certificate must have an alternative name: a common name alone is
 * compared with no host any more.
 *
 * @throws KitError `certificates_invalid`
 */
export function readServerKeyPair(certFile: string, keyFile: string, now = Date.now()): KeyPair {
  const { pair, named } = readPair(certFile, keyFile, now);
  if (!named)
    throw invalid(
      "the certificate has no subject alternative name, with which the gateway compares the host of the Web Target's URL",
    );
  return pair;
}

function readPair(
  certFile: string,
  keyFile: string,
  now: number,
): { readonly pair: KeyPair; readonly named: boolean } {
  const { text: cert, certificates } = readCertificates(certFile);
  const [first] = certificates;
  const { text: key, parsed } = readPrivateKey(keyFile);
  if (!first.checkPrivateKey(parsed))
    throw invalid(`the private key does not belong to the certificate in ${certFile}`);
  const expiresAt = Date.parse(first.validTo);
  if (expiresAt <= now) throw invalid(`the certificate in ${certFile} expired on ${first.validTo}`);
  if (Date.parse(first.validFrom) > now)
    throw invalid(`the certificate in ${certFile} is not valid before ${first.validFrom}`);
  return { pair: { cert, key, expiresAt }, named: first.subjectAltName !== undefined };
}

function readCertificates(path: string): {
  text: string;
  certificates: [X509Certificate, ...X509Certificate[]];
} {
  const text = read(path, `the file ${path}`);
  const [first, ...others] = (text.match(CERTIFICATE) ?? []).map((one, index) => {
    try {
      return new X509Certificate(one);
    } catch (cause) {
      throw invalid(`certificate number ${index + 1} in the file ${path} is damaged`, cause);
    }
  });
  if (first === undefined) throw invalid(`the file ${path} holds no PEM certificate`);
  return { text, certificates: [first, ...others] };
}

/** Its sentences leave the path away, see `readFailure`. */
function readPrivateKey(path: string): { text: string; parsed: KeyObject } {
  const text = read(path, "the file of the private key");
  try {
    return { text, parsed: createPrivateKey(text) };
  } catch (cause) {
    const encrypted = text.includes("ENCRYPTED");
    throw invalid(
      encrypted
        ? "the private key is encrypted with a passphrase: give it without one, in a file that only the rotator's user may read"
        : "the file of the private key holds no PEM private key",
      cause,
    );
  }
}

function read(path: string, file: string): string {
  if (path.includes("\n")) throw invalid("the path of a PEM file belongs here, not its text");
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(`${file} cannot be read (${readFailure(cause)})`, cause);
  }
}

function invalid(sentence: string, cause?: unknown): KitError {
  return new KitError("certificates_invalid", { problem: sentence }, { cause });
}

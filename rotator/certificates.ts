import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { KitError } from "./errors.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/**
 * The certificates of authorities in a PEM file. Checked, because TLS takes any text: what is no
 * certificate is passed over in silence, and an empty text means the public authorities. Read for
 * each use, so that a renewed file is seen without a restart.
 *
 * @throws KitError `certificates_invalid`
 */
export function readAuthorities(path: string): string {
  const text = read(path);
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw invalid(`the file ${path} holds no PEM certificate`);
  for (const [index, certificate] of certificates.entries())
    if (!isReadable(certificate))
      throw invalid(`certificate number ${index + 1} in the file ${path} cannot be read`);
  return text;
}

/**
 * A certificate chain with its private key, seen to fit together.
 *
 * @throws KitError `certificates_invalid`
 */
export function readKeyPair(
  certFile: string,
  keyFile: string,
): { readonly cert: string; readonly key: string } {
  const pair = { cert: read(certFile), key: read(keyFile) };
  try {
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    throw invalid(`${certFile} and ${keyFile} are not a PEM certificate and its key`, cause);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(`the file ${path} cannot be read`, cause);
  }
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).serialNumber !== "";
  } catch {
    return false;
  }
}

function invalid(sentence: string, cause?: unknown): KitError {
  return new KitError("certificates_invalid", sentence, { cause });
}

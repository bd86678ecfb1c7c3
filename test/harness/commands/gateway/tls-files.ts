import { X509Certificate } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { createServerCertificate } from "../../terraform-provider/protocol/certificate.ts";

const DAY = 86_400_000;
const LIFETIME = 90 * DAY;

/** One certificate for the gateway and for a rotator on this machine; it vouches for itself. */
export interface TlsFiles {
  /** Path of the file that clients have to trust. */
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

/** The files in `directory`; those that are there are kept as long as they are good for another day. */
export async function ensureTlsFiles(
  directory: string,
  host: string,
  now: number,
): Promise<TlsFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const at = (name: string) => join(directory, name);
  const [kept, keptKey] = await Promise.all([read(at("cert.pem")), read(at("key.pem"))]);
  if (kept && keptKey && isGood(kept, host, now))
    return { authority: at("ca.pem"), cert: kept, key: keptKey };
  const { cert, key } = createServerCertificate(now, {
    names: ["localhost", hostname(), ...(isIPv4(host) ? [] : [host])],
    addresses: ["127.0.0.1", ...(isIPv4(host) ? [host] : [])],
    lifetime: LIFETIME,
  });
  for (const name of ["ca.pem", "cert.pem"]) await writeFile(at(name), cert);
  await writePrivate(at("key.pem"), key);
  return { authority: at("ca.pem"), cert, key };
}

/** Writes a file that only its owner reads, whatever it was before. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  await chmod(file, 0o600);
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isGood(text: string, host: string, now: number): boolean {
  const certificate = new X509Certificate(text);
  const names = certificate.subjectAltName ?? "";
  return Date.parse(certificate.validTo) - now > DAY && names.includes(host);
}

import { X509Certificate } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createServerCertificate } from "../../terraform-provider/protocol/certificate.ts";

const DAY = 86_400_000;
const LIFETIME = 90 * DAY;

/** One certificate for the gateway and for a rotator on this machine; it vouches for itself. */
interface TlsFiles {
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
  const { cert, key } = newCertificate(host, now);
  for (const name of ["ca.pem", "cert.pem"]) await writeFile(at(name), cert);
  await writePrivate(at("key.pem"), key);
  return { authority: at("ca.pem"), cert, key };
}

/**
 * A certificate for this run only. Its key stays in memory: a process that is killed cleans nothing up.
 * The file for clients lies in a temporary folder, which `remove` takes away; those that killed
 * gateways left behind go at once.
 */
export async function temporaryTls(
  host: string,
  now: number,
): Promise<TlsFiles & { remove(): Promise<void> }> {
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `${TEMPORARY}${process.pid}-`));
  const authority = join(folder, "ca.pem");
  const { cert, key } = newCertificate(host, now);
  await writeFile(authority, cert);
  return { authority, cert, key, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Name of a temporary folder, before the id of its process. */
const TEMPORARY = "rotation-kit-gateway-";

/** Removes folders of processes that are gone, as far as this user may. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, id] = name.startsWith(TEMPORARY) ? (/-(\d+)-\w+$/.exec(name) ?? []) : [];
    if (id === undefined || isRunning(Number(id))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function newCertificate(host: string, now: number): { cert: string; key: string } {
  return createServerCertificate(now, {
    names: ["localhost", hostname(), ...(isIPv4(host) ? [] : [host])],
    addresses: ["127.0.0.1", ...(isIPv4(host) ? [host] : [])],
    lifetime: LIFETIME,
  });
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

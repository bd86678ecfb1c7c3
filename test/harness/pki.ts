import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
// @peculiar/x509 resolves its parts through tsyringe, which needs this polyfill first.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import type { KeyPair } from "./key-pair.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 86_400_000;

/** What a certificate is issued for. */
export interface CertificateRequest {
  /** DNS names, IP addresses and URIs; the first is the common name. */
  readonly hosts: readonly string[];
  /** Also usable as a TLS client certificate. Default: server only. */
  readonly client?: boolean;
  /** Lifetime in milliseconds from now; negative makes an expired certificate. Default: 7 days. */
  readonly lifetime?: number;
}

/** A throw-away certificate authority that lives in memory. */
export interface Authority {
  /** The authority's own certificate, PEM: what a client has to trust. */
  readonly cert: string;
  issue(request: CertificateRequest): Promise<KeyPair>;
  /** An authority below this one, which may issue for servers and clients only. */
  issueAuthority(name: string): Promise<Authority>;
}

/** Creates a certificate authority; its key never leaves this process. */
export async function createAuthority(name = "rotation-kit throw-away CA"): Promise<Authority> {
  const keys = await generateKeys();
  return authorityOf(name, keys, { subject: `CN=${name}`, key: keys.privateKey });
}

/** An authority whose certificate is signed by `signer`: itself, or the one above it. */
async function authorityOf(
  name: string,
  keys: webcrypto.CryptoKeyPair,
  signer: { readonly subject: string; readonly key: webcrypto.CryptoKey },
): Promise<Authority> {
  const isRoot = signer.key === keys.privateKey;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${name}`,
    issuer: signer.subject,
    ...validity(7 * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: signer.key,
    extensions: [
      new x509.BasicConstraintsExtension(true, isRoot ? 1 : 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  });
  return {
    cert: certificate.toString("pem"),
    issue: (request) => issue(request, certificate, keys.privateKey),
    issueAuthority: async (below) =>
      authorityOf(below, await generateKeys(), {
        subject: certificate.subject,
        key: keys.privateKey,
      }),
  };
}

async function issue(
  { hosts, client = false, lifetime = 7 * DAY }: CertificateRequest,
  issuer: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
): Promise<KeyPair> {
  const [commonName] = hosts;
  if (commonName === undefined) throw new RangeError("issue: hosts is empty; name at least one");
  const keys = await generateKeys();
  const usages = [x509.ExtendedKeyUsage.serverAuth];
  if (client) usages.push(x509.ExtendedKeyUsage.clientAuth);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${commonName}`,
    issuer: issuer.subject,
    ...validity(lifetime),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: nameType(value), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer, false),
    ],
  });
  return { cert: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

function nameType(name: string): "ip" | "url" | "dns" {
  if (isIP(name)) return "ip";
  return name.includes("://") ? "url" : "dns";
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, [
    "sign",
    "verify",
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  return x509.PemConverter.encode(der, "PRIVATE KEY");
}

/** Begins a day early, so that a clock that is slightly off still trusts it. */
function validity(lifetime: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  const notAfter = now + lifetime;
  return { notBefore: new Date(Math.min(now, notAfter) - DAY), notAfter: new Date(notAfter) };
}

/** Sixteen random bytes, positive as RFC 5280 (4.1.2.2) asks. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes.toString("hex");
}

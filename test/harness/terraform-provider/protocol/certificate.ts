import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A server certificate for one start of the provider. */
export interface ServerCertificate {
  /** Certificate and key as PEM. */
  readonly cert: string;
  readonly key: string;
  /** The certificate as DER, as the handshake line carries it. */
  readonly der: Buffer;
}

/** What a certificate is for. */
export interface CertificateSubject {
  /** Host names; the first is the common name. @default ["localhost"] */
  readonly names?: readonly [string, ...string[]];
  /** IPv4 addresses. @default none */
  readonly addresses?: readonly string[];
  /** Milliseconds from now. @default a day */
  readonly lifetime?: number;
}

const DAY_MS = 86_400_000;

/**
 * A self-signed P-256 certificate, for `localhost` and a day unless told otherwise: what Terraform's
 * AutoMTLS pins for the life of the process, and what the emulated gateway serves.
 *
 * Written by hand because every start of the provider pays for it, and Terraform starts a provider
 * two or three times per plan: a millisecond here, some 65 ms more per start with a full X.509
 * library (measured on Node 20, bundled).
 */
export function createServerCertificate(
  now = Date.now(),
  { names = ["localhost"], addresses = [], lifetime = DAY_MS }: CertificateSubject = {},
): ServerCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKeyInfo = publicKey.export({ type: "spki", format: "der" });
  const name = sequence(set(sequence(oid("550403"), utf8(names[0]))));
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(time(now - DAY_MS), time(now + lifetime)),
    name,
    publicKeyInfo,
    tagged(3, sequence(...extensions(publicKeyInfo, alternatives(names, addresses)))),
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  const der = sequence(toBeSigned, ecdsaWithSha256, bits(signature, 0));
  return {
    der,
    cert: toPem("CERTIFICATE", der),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** DER as PEM. Never with an empty line, which OpenSSL refuses, whatever the length. */
export function toPem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** What the certificate may be reached as: tag 0x82 is a DNS name, 0x87 an IP address. */
function alternatives(names: readonly string[], addresses: readonly string[]): Buffer {
  return sequence(
    ...names.map((each) => der(0x82, Buffer.from(each))),
    ...addresses.map((each) => der(0x87, Buffer.from(each.split(".").map(Number)))),
  );
}

function extensions(publicKeyInfo: Buffer, subjects: Buffer): Buffer[] {
  const keyId = createHash("sha1").update(publicKeyInfo).digest();
  const yes = Buffer.of(0x01, 0x01, 0xff);
  return [
    extension("551d13", sequence(yes), yes), // basic constraints: a CA, since it signs itself
    // key usage: digitalSignature, keyEncipherment, keyAgreement, keyCertSign
    extension("551d0f", bits(Buffer.of(0b1010_1100), 2), yes),
    extension("551d25", sequence(oid("2b06010505070301"), oid("2b06010505070302"))),
    extension("551d11", subjects),
    extension("551d0e", der(0x04, keyId)),
  ];
}

function extension(id: string, value: Buffer, critical = Buffer.alloc(0)): Buffer {
  return sequence(oid(id), critical, der(0x04, value));
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}

const sequence = (...content: Buffer[]) => der(0x30, ...content);
const set = (...content: Buffer[]) => der(0x31, ...content);
const integer = (value: Buffer) => der(0x02, value);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const utf8 = (text: string) => der(0x0c, Buffer.from(text));
const tagged = (number: number, content: Buffer) => der(0xa0 + number, content);
const bits = (value: Buffer, unused: number) => der(0x03, Buffer.of(unused), value);
const time = (at: number) =>
  der(
    0x17,
    Buffer.from(
      `${new Date(at)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, "")
        .slice(2)}`,
    ),
  );
const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));

import { X509Certificate } from "node:crypto";
import { connect, createSecureContext, createServer } from "node:tls";
import { describe, expect, test } from "vitest";
import {
  createServerCertificate,
  toPem,
} from "../../../harness/terraform-provider/protocol/certificate.ts";

describe("the provider's server certificate", () => {
  test("is self-signed, for localhost, valid today, and an authority of its own", () => {
    const certificate = new X509Certificate(createServerCertificate().cert);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.ca).toBe(true);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
    // Extended key usages: server and client authentication.
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  });

  test("is another one each time", () => {
    expect(createServerCertificate().der.equals(createServerCertificate().der)).toBe(false);
  });

  // Signatures and serial numbers differ in length, and a PEM whose base64 fills its last line
  // once came out with an empty line: one start of a provider in a thousand failed.
  test("is accepted by OpenSSL, every time", () => {
    for (let round = 0; round < 300; round += 1) {
      const { cert, key, der } = createServerCertificate();
      createSecureContext({ cert, key });
      expect(new X509Certificate(cert).raw.equals(der)).toBe(true);
    }
  });

  test("carries a TLS connection that pins it", async () => {
    const { cert, key } = createServerCertificate();
    const server = createServer({ cert, key }, (socket) => socket.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const received = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, ca: cert, servername: "localhost" });
      socket.once("data", (bytes) => resolve(bytes.toString())).once("error", reject);
    });
    server.close();
    expect(received).toBe("hello");
  });
});

test("PEM has no empty line, whatever the length", () => {
  for (let size = 1; size <= 500; size += 1) {
    const der = Buffer.alloc(size, 7);
    const lines = toPem("CERTIFICATE", der).split("\n");
    expect(lines.at(-1)).toBe("");
    const body = lines.slice(1, -2);
    expect(body.every((line) => line.length > 0 && line.length <= 64)).toBe(true);
    expect(Buffer.from(body.join(""), "base64").equals(der)).toBe(true);
  }
});

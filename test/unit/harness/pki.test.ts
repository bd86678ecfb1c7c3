import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAuthority } from "../../harness/pki.ts";

describe("createAuthority", () => {
  it("issues certificates for names and addresses that its own certificate verifies", async () => {
    const authority = await createAuthority();
    const { cert } = await authority.issue({ hosts: ["localhost", "127.0.0.1"] });
    const certificate = new X509Certificate(cert);
    expect(certificate.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkHost("example.com")).toBeUndefined();
  });

  it("issues expired certificates on request", async () => {
    const authority = await createAuthority();
    const { cert } = await authority.issue({ hosts: ["localhost"], lifetime: -1000 });
    expect(Date.parse(new X509Certificate(cert).validTo)).toBeLessThan(Date.now());
  });

  it("refuses a request without a host", async () => {
    const authority = await createAuthority();
    await expect(authority.issue({ hosts: [] })).rejects.toThrow("name at least one");
  });
});

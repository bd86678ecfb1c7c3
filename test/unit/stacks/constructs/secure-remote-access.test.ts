import { describe, expect, it } from "vitest";
import {
  Duration,
  RotateAfterDisconnect,
  SecureRemoteAccess,
} from "../../../../stacks/constructs/index.ts";
import { attributesOf, newSecret, newStack } from "./support.ts";

const off = {
  secure_access_enable: "false",
  secure_access_web: false,
  secure_access_web_browsing: false,
  secure_access_web_proxy: false,
  secure_access_allow_external_user: false,
  rotate_after_disconnect: "false",
};

function accessAttributes(
  secureRemoteAccess: SecureRemoteAccess,
  stage: "staged" | "enabled" = "enabled",
): Record<string, unknown> {
  const stack = newStack({ intervalUnit: "days", secureRemoteAccessStage: stage });
  const attributes = attributesOf(newSecret(stack, { secureRemoteAccess }).resource);
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => /^secure_access|disconnect/.test(name)),
  );
}

const hosts = ["app01.internal", "app02.internal:2222"];

describe("SecureRemoteAccess", () => {
  it.each<[string, SecureRemoteAccess, Record<string, unknown>]>([
    ["ssh with a password", SecureRemoteAccess.ssh({ hosts }), { secure_access_host: hosts }],
    [
      "ssh with a certificate",
      SecureRemoteAccess.ssh({ hosts, certificateIssuer: "/issuers/ssh", user: "ubuntu" }),
      {
        secure_access_host: hosts,
        secure_access_certificate_issuer: "/issuers/ssh",
        secure_access_ssh_user: "ubuntu",
      },
    ],
    [
      "rdp",
      SecureRemoteAccess.rdp({ hosts, domain: "CORP", user: "svc", allowExternalUser: true }),
      {
        secure_access_host: hosts,
        secure_access_rdp_domain: "CORP",
        secure_access_rdp_user: "svc",
        secure_access_allow_external_user: true,
      },
    ],
    [
      "web, direct",
      SecureRemoteAccess.web({ url: "https://app.internal/login", mode: "direct" }),
      { secure_access_url: "https://app.internal/login", secure_access_web: true },
    ],
    [
      "web, isolated",
      SecureRemoteAccess.web({ url: "https://app.internal", mode: "isolated" }),
      {
        secure_access_url: "https://app.internal",
        secure_access_web: true,
        secure_access_web_browsing: true,
      },
    ],
    [
      "web, proxy",
      SecureRemoteAccess.web({ url: "https://app.internal", mode: "proxy" }),
      {
        secure_access_url: "https://app.internal",
        secure_access_web: true,
        secure_access_web_proxy: true,
      },
    ],
  ])("%s: sends only what belongs to it", (_, access, expected) => {
    expect(accessAttributes(access)).toEqual({ ...off, secure_access_enable: "true", ...expected });
  });

  it.each([
    [RotateAfterDisconnect.off(), "false"],
    [RotateAfterDisconnect.immediately(), "true"],
    [RotateAfterDisconnect.after(Duration.minutes(15)), "15"],
  ])("%#: rotates after a session as asked", (rotateAfterDisconnect, expected) => {
    const access = SecureRemoteAccess.ssh({ hosts, rotateAfterDisconnect });
    expect(accessAttributes(access)).toMatchObject({ rotate_after_disconnect: expected });
  });

  it("is off, and leaves nothing behind, while staged", () => {
    const access = SecureRemoteAccess.rdp({
      hosts,
      domain: "CORP",
      rotateAfterDisconnect: RotateAfterDisconnect.immediately(),
    });
    expect(accessAttributes(access, "staged")).toEqual(off);
  });

  it.each<[string, () => SecureRemoteAccess, RegExp]>([
    ["no hosts", () => SecureRemoteAccess.ssh({ hosts: [] }), /hosts is empty/],
    ["a URL as host", () => SecureRemoteAccess.rdp({ hosts: ["https://a/b"] }), /is not a host/],
    [
      "a user in a host",
      () => SecureRemoteAccess.ssh({ hosts: ["root@a"] }),
      /"root@a" is not a host/,
    ],
    ["a wildcard", () => SecureRemoteAccess.ssh({ hosts: ["*.internal"] }), /is not a host/],
    ["a host twice", () => SecureRemoteAccess.ssh({ hosts: ["a", "a"] }), /"a" is given twice/],
    ["a user alone", () => SecureRemoteAccess.ssh({ hosts, user: "u" }), /no certificateIssuer/],
    [
      "a relative issuer",
      () => SecureRemoteAccess.ssh({ hosts, certificateIssuer: "issuer" }),
      /starts with "\/"/,
    ],
    [
      "a page over http",
      () => SecureRemoteAccess.web({ url: "http://app", mode: "direct" }),
      /only https is allowed/,
    ],
  ])("refuses %s", (_, declare, message) => {
    expect(declare).toThrow(message);
  });
});

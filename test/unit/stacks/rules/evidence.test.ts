import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCredential, namesCredential } from "../../../../common/credential.ts";
import { parseHost } from "../../../../stacks/rules/evidence/host.ts";
import { readPayloadText } from "../../../../stacks/rules/evidence/payload.ts";
import { parseUrl } from "../../../../stacks/rules/evidence/url.ts";
import { matches } from "../../../../stacks/rules/pattern.ts";

describe("names of credentials", () => {
  it.each([
    ["password", "current_password", "Passwd", "db-pwd", "adminPassword", "pass", "passphrase"],
    ["token", "accessToken", "refresh_token", "client_secret", "API-Key", "apiKey", "PRIVATE_KEY"],
    ["authorization", "auth", "bearer", "cookie", "connection_string", "dsn", "otp"],
    ["PGPASS", "private", "secret_items", "pin", "MYSQL_PWD", "signing_key"],
  ])("%s, %s, %s and more", (...names) => {
    expect(names.filter((name) => !namesCredential(name))).toEqual([]);
  });

  it.each([
    ["system", "username", "host", "port", "comment", "author", "compass_heading"],
    ["password_policy", "password_length", "token_url", "secret_name", "key_id", "keyboard"],
    ["token_type", "secret_version", "password_field", "credential_id", "path", "tokens_ttl"],
    ["token_cache_ms", "max_secret_bytes", "tokenCacheMs", "private_network", "passed", "pinned"],
  ])("not %s, %s, %s and more", (...names) => {
    expect(names.filter((name) => namesCredential(name))).toEqual([]);
  });
});

describe("values that are credentials", () => {
  it.each([
    "-----BEGIN PRIVATE KEY-----\nMII",
    "-----BEGIN RSA PRIVATE KEY-----",
    "postgres://svc:hunter2@db:5432/app",
    "see https://a:b@host/",
  ])("%s", (value) => {
    expect(isCredential(value)).toBe(true);
  });

  it.each([
    "https://host:8443/path",
    "-----BEGIN CERTIFICATE-----",
    "svc-reporting",
    "",
  ])("not %s", (value) => {
    expect(isCredential(value)).toBe(false);
  });
});

describe("hosts", () => {
  it.each([
    ["127.0.0.1", "loopback"],
    ["127.1", "loopback"],
    ["0x7f000001", "loopback"],
    ["localhost.", "loopback"],
    ["app.LOCALHOST:8080", "loopback"],
    ["::1", "loopback"],
    ["[::1]:22", "loopback"],
    ["[::ffff:127.0.0.1]", "loopback"],
    ["169.254.169.254", "forbidden"],
    ["2852039166", "forbidden"],
    ["0251.0376.0251.0376", "forbidden"],
    ["[::ffff:169.254.169.254]:80", "forbidden"],
    ["fe80::1", "forbidden"],
    ["fd00:ec2::254", "forbidden"],
    ["168.63.129.16", "forbidden"],
    ["100.100.100.200", "forbidden"],
    ["0.0.0.0", "forbidden"],
    ["metadata.google.internal.", "forbidden"],
    ["Metadata", "forbidden"],
    ["169.254.169.254.nip.io", "forbidden"],
    ["239.1.2.3", "forbidden"],
    ["64:ff9b::a9fe:a9fe", "forbidden"],
    ["fd20:ce::254", "forbidden"],
    ["10.1.2.3", "address"],
    ["fd12::1", "address"],
    ["[fd12::1]:22", "address"],
  ] as const)("%s is %s", (host, kind) => {
    expect(parseHost(host)?.[kind]).toBe(true);
  });

  it.each([
    "app01",
    "app01.internal.example.com:22",
    "metadata-store.internal",
    "myunip.io",
  ])("%s is just a name", (host) => {
    expect(parseHost(host)).toMatchObject({ loopback: false, forbidden: false, address: false });
  });

  it.each([
    "",
    "a b",
    "user@host",
    "ssh://host",
    "host/path",
    "host:99999",
    "[::1",
    "a%41",
  ])("%j is not a host", (host) => {
    expect(parseHost(host)).toBeUndefined();
  });
});

describe("URLs", () => {
  it("tell what they hide, by name only", () => {
    expect(
      parseUrl("https://u:p@Host.Example:8443/x?Access_Token=1&sig=2&region=eu&sig=3#top"),
    ).toEqual({
      scheme: "https",
      host: { name: "host.example", loopback: false, address: false, forbidden: false },
      userinfo: true,
      credentialParameters: ["Access_Token", "sig"],
      fragment: true,
    });
  });

  it.each(["", "/path", "host.internal", "mailto:a@b", "https://"])("%j is none", (text) => {
    expect(parseUrl(text)).toBeUndefined();
  });
});

describe("payload facts", () => {
  it("hold names, kinds and fingerprints, never values", () => {
    const facts = readPayloadText('{"username":"svc","admin":{"token":"hunter2"}}', false);
    expect(facts).toMatchObject({
      sensitive: false,
      isObject: true,
      complete: true,
      fields: [
        { path: "username", credential: false, origin: "literal" },
        { path: "admin.token", credential: true, origin: "literal" },
      ],
    });
    expect(JSON.stringify(facts)).not.toMatch(/svc|hunter2/);
  });

  it("are not literal where a plan shows what came from elsewhere", () => {
    const facts = readPayloadText('{"password":"hunter2"}', false, false);
    expect(facts).toMatchObject({ sensitive: false, fields: [{ origin: "hidden" }] });
  });

  it("compare by fingerprint", () => {
    const print = (value: unknown) =>
      readPayloadText(JSON.stringify({ value }), true).fields[0]?.fingerprint;
    expect(print("a")).toBe(print("a"));
    expect(print("a")).not.toBe(print("b"));
    expect(print("1")).not.toBe(print(1));
  });

  it("give up on monstrous payloads instead of hanging", () => {
    const deep = `${'{"a":'.repeat(500)}1${"}".repeat(500)}`;
    expect(readPayloadText(deep, true).complete).toBe(false);
    const wide = JSON.stringify(Array.from({ length: 5000 }, () => "x"));
    expect(readPayloadText(wide, true).fields.length).toBeLessThanOrEqual(1000);
  });
});

describe("patterns", () => {
  it.each([
    ["*", "", true],
    ["*", "anything/at.all", true],
    ["a*c", "abbc", true],
    ["a*c", "abcd", false],
    ["*.internal", "app.internal", true],
    ["*.internal", "internal", false],
    ["a.c", "abc", false],
    ["**", "x", true],
    ["", "", true],
    ["", "x", false],
  ])("%j on %j: %j", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it("agree with a regular expression that says the same", () => {
    const part = fc.stringMatching(/^[ab.*]{0,8}$/);
    fc.assert(
      fc.property(part, fc.stringMatching(/^[ab.]{0,10}$/), (pattern, text) => {
        const source = pattern.replaceAll(".", "\\.").replaceAll("*", ".*");
        expect(matches(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
    );
  });
});

import { Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import {
  PasswordPolicy,
  RotationPayload,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { attributesOf, newSecret, newStack } from "./support.ts";

const hosts = ["app01.internal"];
const outOfState = () => newStack({ intervalUnit: "days", realisation: "out-of-state" });
const declarationOf = (secret: ReturnType<typeof newSecret>) =>
  JSON.stringify(attributesOf(secret.resource));

describe("what only the API has", () => {
  it.each([
    [{ lockOnRead: true }, "lockOnRead", "lock-on-read"],
    [{ lockMinutes: 5 }, "lockMinutes", "lock-ttl"],
    [{ rotateOnUnlock: true }, "rotateOnUnlock", "rotate-on-unlock"],
    [
      { secureRemoteAccess: SecureRemoteAccess.ssh({ hosts, enforceHosts: true }) },
      "enforceHosts",
      "secure-access-enforce-hosts-restriction",
    ],
    [
      { secureRemoteAccess: SecureRemoteAccess.rdp({ hosts, hostsOfTargets: ["/t"] }) },
      "hostsOfTargets",
      "host-provider",
    ],
  ])("is refused with the provider and declared out of state: %#", (props, property, field) => {
    expect(() => newSecret(newStack(), props)).toThrow(
      expect.objectContaining({
        code: "not_offered_by_provider",
        message: expect.stringMatching(new RegExp(`${property} is .*the API's ${field}`)),
      }),
    );
    expect(declarationOf(newSecret(outOfState(), props))).toContain(
      field.replaceAll("-", "_").replace("host_provider", 'host_provider\\":\\"target'),
    );
  });

  it.each([
    ["deleteProtection", true, "delete_protection", "true"],
    ["lockOnRead", true, "lock_on_read", "true"],
    ["lockMinutes", 10, "lock_ttl", "10"],
    ["rotateOnUnlock", true, "rotate_on_unlock", "true"],
  ])("sets %s of a Web Target out of state only", (property, value, name, declared) => {
    const props = { name: "/r", url: "https://r.internal", [property]: value };
    expect(() => new WebTarget(newStack(), "target", props)).toThrow(
      `${property} is "${value}", but the Terraform provider has no attribute for it`,
    );
    const { resource } = new WebTarget(outOfState(), "target", props);
    expect(attributesOf(resource).triggers).toHaveProperty(name, declared);
  });

  it("deletes by force out of state only", () => {
    expect(() => newSecret(newStack(), { forceDelete: true })).toThrow(
      "forceDelete is true, but the Terraform provider has no attribute for it (the API's force-delete)",
    );
    const stack = outOfState();
    newSecret(stack, { forceDelete: true });
    expect(Testing.synth(stack)).toMatch(
      /"delete",\s+"--yes",\s+"--kind",\s+"secret",\s+"--force",/,
    );
  });

  it("may be declared as it is by default", () => {
    expect(() => newSecret(newStack(), { lockOnRead: false, rotateOnUnlock: false })).not.toThrow();
  });
});

describe("out of state", () => {
  it("a plan shows each setting instead of a digest", () => {
    const { resource } = newSecret(outOfState(), { tags: ["b", "a"], description: "for people" });
    expect(attributesOf(resource).triggers).toMatchObject({
      item: "/prod/app",
      target_name: "/rotator",
      rotation_interval: "30",
      skip_dry_run: "true",
      description: "for people",
      tags: '["a","b"]',
    });
  });

  it("an item with removalPolicy retain is managed as before, and no step deletes it", () => {
    const triggersOf = (removalPolicy: "retain" | "destroy") =>
      attributesOf(newSecret(outOfState(), { removalPolicy }).resource).triggers;
    expect(triggersOf("retain")).toEqual(triggersOf("destroy"));
    const stack = outOfState();
    newSecret(stack, { removalPolicy: "retain" });
    expect(Testing.synth(stack)).not.toMatch(/"when": "destroy"/);
    newSecret(stack, { removalPolicy: "destroy", name: "/prod/other" }, "other");
    expect(Testing.synth(stack)).toMatch(/"when": "destroy"/);
  });

  it("a declaration that no environment variable can hold is refused with its size", () => {
    const customFields = { note: "x".repeat(140_000) };
    const { resource } = newSecret(outOfState(), { customFields });
    expect(() => attributesOf(resource)).toThrow(
      /test\/secret: the declaration is 14\d{4} bytes long, but a step takes at most 131072/,
    );
  });
});

describe("documented values", () => {
  it("a length without a policy", () => {
    const passwordPolicy = PasswordPolicy.lengthOnly(16);
    expect(attributesOf(newSecret(newStack(), { passwordPolicy }).resource)).toMatchObject({
      enable_password_policy: "false",
      password_length: "16",
    });
  });

  it("a short length, where another rotator makes the password", () => {
    const passwordPolicy = new PasswordPolicy({ length: 6 });
    const payload = RotationPayload.of({ user: "svc" });
    const { resource } = newSecret(newStack(), { passwordPolicy, payload });
    expect(attributesOf(resource)).toMatchObject({ password_length: "6" });
    expect(() => newSecret(newStack(), { passwordPolicy })).toThrow(/the rotator would refuse/);
  });

  it("a network as host, and a web session without a page", () => {
    const ssh = SecureRemoteAccess.ssh({ hosts: ["10.0.0.0/24"] });
    const web = SecureRemoteAccess.web({ mode: "proxy" });
    const { resource } = newSecret(newStack(), { secureRemoteAccess: ssh.and(web) });
    expect(attributesOf(resource)).toMatchObject({
      secure_access_host: ["10.0.0.0/24"],
      secure_access_web: true,
      secure_access_web_proxy: true,
    });
  });

  it("two kinds of sessions that agree, and only those", () => {
    const web = SecureRemoteAccess.web({ url: "https://a.internal", mode: "direct" });
    const other = SecureRemoteAccess.web({ url: "https://b.internal", mode: "direct" });
    expect(() => web.and(other)).toThrow(/declare secureAccessUrl differently/);
  });

  it("refuses hosts on a web session, which have no effect there", () => {
    const props = { url: "https://a.internal", mode: "direct", hosts } as const;
    expect(() => SecureRemoteAccess.web(props)).toThrow(/hosts have no effect on a web session/);
  });
});

describe("payloads of other rotators", () => {
  const key = SensitiveInput.fromEnvironment("TF_VAR_key");

  it("are any JSON object, with secrets at every depth as sensitive input", () => {
    const payload = RotationPayload.of({ user: "svc", auth: [{ key }], tokenUrl: "https://a.b" });
    const { resource } = newSecret(newStack(), { payload });
    expect(attributesOf(resource).custom_payload).toMatch(
      /^\$\{sensitive\(jsonencode\(\{"user" = "svc", "auth" = \[\{"key" = var\.key\}\]/,
    );
  });

  it("may be a secret as a whole", () => {
    expect(attributesOf(newSecret(newStack(), { payload: key }).resource).custom_payload).toBe(
      ["$", "{sensitive(var.key)}"].join(""),
    );
  });

  it.each([
    [{ deep: { api_token: "abc" } }, /"api_token" looks like a credential/],
    [{ list: ["https://me:pw@host"] }, /"list" looks like a credential/],
    [{ deep: { $env: "PATH" } }, /named "\$env"/],
  ])("are refused where a secret is given in clear: %j", (fields, message) => {
    expect(() => RotationPayload.of(fields)).toThrow(message);
  });

  it("are not called a credential by a name that only sounds like one", () => {
    expect(() => RotationPayload.of({ compass: "north", tokenUrl: "https://a.b" })).not.toThrow();
  });
});

import { TerraformVariable } from "cdktf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  PasswordPolicy,
  RotationPayload,
  type RotationPayloadProps,
  SensitiveInput,
} from "../../../../stacks/constructs/index.ts";
import { attributesOf, newSecret, newStack } from "./support.ts";

const password = SensitiveInput.fromEnvironment("TF_VAR_first");
const other = SensitiveInput.fromEnvironment("TF_VAR_second");
const described = (props: Partial<RotationPayloadProps>) =>
  new RotationPayload({ system: "app", username: "svc", ...props }).describe();

describe("RotationPayload", () => {
  it.each<[Partial<RotationPayloadProps>, Record<string, unknown>]>([
    [{}, {}],
    [{ currentPassword: password }, { current_password: "(sensitive)" }],
    [{ currentPassword: password, passwordField: "password" }, { password: "(sensitive)" }],
    [
      { keyId: "id-1", keyName: "first" },
      { key_id: "id-1", key_name: "first" },
    ],
    [{ fields: { region: "eu", port: 5432, tls: true } }, { region: "eu", port: 5432, tls: true }],
    [{ fields: { api_key: password } }, { api_key: "(sensitive)" }],
    [
      {
        currentPassword: password,
        alternateWith: { username: "svc-b", currentPassword: other },
      },
      {
        current_password: "(sensitive)",
        active: 0,
        users: [
          { username: "svc", password: "(sensitive)" },
          { username: "svc-b", password: "(sensitive)" },
        ],
      },
    ],
  ])("%#: has the documented shape", (props, expected) => {
    expect(described(props)).toEqual({ system: "app", username: "svc", ...expected });
  });

  it("puts references, never values, into the synthesized text, all marked sensitive", () => {
    const stack = newStack();
    const payload = new RotationPayload({
      system: "app",
      username: "svc",
      currentPassword: password,
      alternateWith: { username: "svc-b", currentPassword: other },
    });
    const secret = newSecret(stack, { payload, passwordPolicy: new PasswordPolicy() });
    const text = String(attributesOf(secret.resource).custom_payload);
    expect(text).toMatch(/^\$\{sensitive\(jsonencode\(\{"system" = "app", .*\}\)\)\}$/);
    expect(text).toContain('"current_password" = var.first');
    expect(text).toContain('{"username" = "svc-b", "password" = var.second}');
  });

  it("writes any text so that Terraform reads the same text", () => {
    const username = ['a"b\\c', "\n\t\b\f", "%%{x}", "\u2028é"].join("");
    const payload = new RotationPayload({ system: "app", username, fields: { 'k"ey': '"x"' } });
    const { custom_payload } = attributesOf(newSecret(newStack(), { payload }).resource);
    expect(custom_payload).toContain(String.raw`"username" = "a\"b\\c\n\t\u0008\u000c%%{x}`);
    expect(custom_payload).toContain(String.raw`"k\"ey" = "\"x\""`);
  });

  it("accepts a system that only Terraform knows", () => {
    const stack = newStack();
    const system = new TerraformVariable(stack, "system", { type: "string" });
    const payload = new RotationPayload({ system: system.stringValue, username: "svc" });
    expect(String(attributesOf(newSecret(stack, { payload }).resource).custom_payload)).toContain(
      '"system" = var.system',
    );
  });

  it.each<[string, Partial<RotationPayloadProps>, RegExp]>([
    ["no system", { system: "" }, /the rotator would refuse this payload.*`system`/],
    ["no user", { username: "" }, /`username`/],
    ["a long user", { username: "x".repeat(257) }, /`username`/],
    ["a reserved field", { fields: { _rotation: "x" } }, /"_rotation" is reserved/],
    ["a field with a property", { fields: { password: password } }, /"password" is reserved/],
    [
      "a plain credential",
      { fields: { adminPassword: "s3cret" } },
      /"adminPassword" looks like a credential/,
    ],
    ["no number", { fields: { ratio: Number.NaN } }, /"ratio" is NaN, which JSON cannot hold/],
    [
      "an expression",
      { fields: { note: ["$", "{file(1)}"].join("") } },
      /which Terraform would evaluate/,
    ],
    ["a directive", { username: "%{if true}" }, /which Terraform would evaluate/],
    ["too much", { fields: { note: "x".repeat(20_000) } }, /larger than the rotator accepts/],
    ["the same user twice", { alternateWith: { username: "svc" } }, /same name/],
  ])("refuses %s", (_, props, message) => {
    expect(() => described(props)).toThrow(message);
  });

  it("never shows the value of a refused credential", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (value) => {
        try {
          described({ fields: { token: value } });
          return false;
        } catch (error) {
          return !String(error).includes(value);
        }
      }),
    );
  });
});

import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import {
  Duration,
  ItemTags,
  RotationCheck,
  RotationPayload,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { attributesOf, newSecret, newStack } from "./support.ts";

type Attack = (stack: TerraformStack) => unknown;

const named = (name: string): Attack => {
  return (stack) => newSecret(stack, { name });
};
const tagged = (tag: string): Attack => {
  return (stack) => newSecret(stack, { tags: [tag] });
};
const payloadField = (name: string): Attack => {
  return () => new RotationPayload({ system: "app", username: "svc", fields: { [name]: "x" } });
};
const at = (host: string): Attack => {
  return () => SecureRemoteAccess.ssh({ hosts: [host] });
};

/** Injection of Terraform's language is refused where texts become part of the synthesized files. */
describe("a declaration that deceives", () => {
  it.each<[string, Attack, RegExp]>([
    ["a name that reads from right to left", named("/prod/\u202eppa"), /cannot be seen/],
    ["a name with an invisible character", named("/prod/a\u200bpp"), /cannot be seen/],
    ["a name with a line separator", named("/prod/a\u2028pp"), /cannot be seen/],
    ["a name that climbs", named("/prod/../app"), /allowed are names such as/],
    ["a name with a part that represents itself", named("/prod/./app"), /allowed are names such/],
    ["an expression as name of a payload's field", payloadField("%{file(1)}"), /Terraform would/],
    ["a payload's field that is an object's prototype", payloadField("__proto__"), /reserved/],
    ["two hosts in one", at("app01,app02"), /not a host/],
    ["an empty tag", tagged(""), /tag ""/],
    ["a tag with a line break", tagged("a\nb"), /tag "a\\nb"/],
    ["an empty tag for the stack", (stack) => ItemTags.add(stack, ""), /tag ""/],
    [
      "a variable that Terraform keeps for itself",
      () => SensitiveInput.fromEnvironment("TF_VAR_count"),
      /"count" means something else to Terraform/,
    ],
    [
      "two targets of one name",
      (stack) => {
        new WebTarget(stack, "one", { name: "/rotator", url: "https://one.internal" });
        new WebTarget(stack, "two", { name: "rotator", url: "https://two.internal" });
      },
      /"\/rotator" is declared by test\/one already/,
    ],
    [
      "a rotator without time",
      (stack) => {
        const secret = newSecret(stack);
        new RotationCheck(stack, "check", { secret, rotatorBudgetSec: -1 });
      },
      /rotatorBudgetSec is -1/,
    ],
    ["a duration that is not a number", () => Duration.days(Number.NaN), /duration of NaN days/],
    ["a duration beyond counting", () => Duration.days(2 ** 50), /is not possible/],
  ])("is refused: %s", (_, attack, sentence) => {
    expect(() => attack(newStack())).toThrow(sentence);
  });

  it("is refused at synth: an expression as name of a custom field", () => {
    const secret = newSecret(newStack(), { customFields: { "%{file(1)}": "x" } });
    expect(() => attributesOf(secret.resource)).toThrow(/itemCustomFields holds/);
  });
});

describe("a declaration that only looks odd", () => {
  it.each([
    "/prod/größe",
    "/prod/猫",
    "/prod/a b",
    "/prod/it's",
    '/prod/"quoted"',
    "/prod/$HOME",
  ])("is kept as it is: %s", (name) => {
    const secret = newSecret(newStack(), { name });
    expect(attributesOf(secret.resource)).toMatchObject({ name });
  });

  it("may have an item and a target of one name", () => {
    const stack = newStack();
    const target = new WebTarget(stack, "app", { name: "/prod/app", url: "https://app.internal" });
    expect(() => newSecret(stack, { name: "/prod/app", target })).not.toThrow();
  });
});

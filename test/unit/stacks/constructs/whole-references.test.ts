import { type TerraformStack, TerraformVariable, Token } from "cdktf";
import { describe, expect, it } from "vitest";
import {
  Duration,
  type Realisation,
  RotateAfterDisconnect,
  RotatedAppCredential,
  RotationCheck,
  RotationPayload,
  RotationSchedule,
  SecureRemoteAccess,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { newSecret, newStack } from "./support.ts";

type Place = (stack: TerraformStack, reference: never) => unknown;

const app = { system: "app", username: "svc" };
const ofCredential =
  (property: string): Place =>
  (stack, reference) =>
    new RotatedAppCredential(stack, "credential", {
      target: WebTarget.fromName(stack, "target", "/rotator"),
      ...app,
      [property]: reference,
    });
const ofSecret =
  (property: string): Place =>
  (stack, reference) =>
    newSecret(stack, { [property]: reference });

/** Each property that holds an object of the kit, or one whose parts decide what is synthesized. */
const PLACES: Readonly<Record<string, Place>> = {
  target: ofSecret("target"),
  payload: ofSecret("payload"),
  schedule: ofSecret("schedule"),
  passwordPolicy: ofSecret("passwordPolicy"),
  secureRemoteAccess: ofSecret("secureRemoteAccess"),
  currentPassword: ofCredential("currentPassword"),
  alternateWith: ofCredential("alternateWith"),
  formerPolicies: ofCredential("formerPolicies"),
  "alternateWith's currentPassword": (_, currentPassword) =>
    new RotationPayload({ ...app, alternateWith: { username: "b", currentPassword } }),
  fields: ofCredential("fields"),
  "the payload": (_, reference) => RotationPayload.of(reference),
  secret: (stack, secret) => new RotationCheck(stack, "check", { secret }),
  rotator: (stack, rotator) =>
    new WebTarget(stack, "t", { name: "/r", url: "https://r.internal/rotate", rotator }),
  interval: (_, interval) => RotationSchedule.every(interval),
  betweenHoursUtc: (_, betweenHoursUtc) =>
    RotationSchedule.every(Duration.days(1), { betweenHoursUtc }),
  rotateAfterDisconnect: (_, rotateAfterDisconnect) =>
    SecureRemoteAccess.ssh({ hosts: ["app"], rotateAfterDisconnect }),
  delay: (_, delay) => RotateAfterDisconnect.after(delay),
};

const KINDS: Readonly<Record<string, (variable: TerraformVariable) => unknown>> = {
  any: ({ value }) => value,
  text: ({ stringValue }) => stringValue,
  number: ({ numberValue }) => numberValue,
  list: ({ listValue }) => listValue,
  map: ({ value }) => Token.asStringMap(value),
};

describe.each<Realisation>(["provider", "out-of-state"])("managed as %s", (realisation) => {
  it.each(
    Object.entries(PLACES),
  )("one reference in the place of %s is refused in a sentence, whatever its kind", (name, place) => {
    for (const [kind, referenceOf] of Object.entries(KINDS)) {
      const stack = newStack({ intervalUnit: "days", realisation });
      const reference = referenceOf(new TerraformVariable(stack, "probe", { type: "any" }));
      expect(() => place(stack, reference as never), kind).toThrow(
        expect.objectContaining({
          code: "invalid_declaration",
          message: expect.stringMatching(new RegExp(`${name}.* reference`)),
        }),
      );
    }
  });
});

import { expect, test } from "vitest";
import {
  DEFAULT_PASSWORD_POLICY,
  passwordPolicySchema,
} from "../../../../rotator/password/policy.ts";
import { bitsOf, policyInForce } from "../../../../rotator/password/strength.ts";

const policy = (fields: object) => passwordPolicySchema.parse(fields);
const DIGITS = { lowercase: false, uppercase: false };

test("a password of the default policy carries 192 bits", () => {
  expect(Math.floor(bitsOf(DEFAULT_PASSWORD_POLICY))).toBe(192);
});

test("passwords that lack a class are outside the policy, and do not count", () => {
  // Of 11 characters, without those of digits alone and of the symbol alone.
  const count = 11 ** 8 - 10 ** 8 - 1;
  expect(bitsOf(policy({ ...DIGITS, length: 8, allowed_symbols: "-" }))).toBeCloseTo(
    Math.log2(count),
  );
  expect(bitsOf(policy({ ...DIGITS, length: 20, symbols: false }))).toBeCloseTo(
    Math.log2(10 ** 20),
  );
});

test.each([
  [11, "-", false],
  [12, "-", true],
  [11, "-._", true],
])("%i characters with the symbols %s, which only a payload asks for, are enough: %s", (length, allowed_symbols, isEnough) => {
  const asked = policy({ length, allowed_symbols });
  expect(policyInForce(asked, undefined)).toEqual(isEnough ? asked : undefined);
});

import { expect, test } from "vitest";
import { passwordPolicySchema } from "../../../../rotator/password/policy.ts";

test("a policy without any character class is refused", () => {
  const none = { lowercase: false, uppercase: false, numbers: false, symbols: false };
  expect(passwordPolicySchema.safeParse(none).success).toBe(false);
});

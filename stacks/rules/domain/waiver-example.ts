import type { Waiver } from "../policy.ts";

/** A waiver in force on the day that the examples are judged on, changed in these points. */
export const waiver = (changed: Partial<Waiver> = {}): Waiver => ({
  rule: "AKR050",
  resource: "akeyless_rotated_secret_custom.reporting",
  reason: "will be deleted with the old system",
  owner: "platform team",
  expires: "2026-12-31",
  ...changed,
});

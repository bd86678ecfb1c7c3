import type { Difference } from "../../attributes/compare.ts";
import { OperationsError } from "../errors.ts";

/**
 * Refuses to call an update a success when it did not take: what Akeyless makes of an empty text
 * or list in an update is not documented.
 *
 * @throws OperationsError `settings_not_applied`
 */
export function confirmApplied(name: string, differences: readonly Difference[]): void {
  const left = differences.filter(({ reported }) => reported);
  if (left.length === 0) return;
  const told = left.map(
    ({ attribute, declared, live }) =>
      `${attribute} is ${live ?? "not set"} instead of ${declared ?? "not set"}`,
  );
  throw new OperationsError(
    "settings_not_applied",
    `the gateway accepted the update of ${name}, but ${told.join(" and ")}`,
  );
}

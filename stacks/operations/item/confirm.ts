import { KitError } from "../../../common/errors/kit-error.ts";
import type { SettingDifference } from "../../attributes/compare.ts";

/**
 * Refuses to call an update a success when it did not take: what Akeyless makes of an empty text
 * or list in an update is not documented. A text that is kept although nothing is declared is no
 * error: nothing that can be sent is sure to clear it, and `check` and `drift` name it.
 *
 * @throws KitError `settings_not_applied`
 */
export function confirmApplied(name: string, differences: readonly SettingDifference[]): void {
  const left = differences.filter(({ reported, leftText }) => reported && !leftText);
  if (left.length === 0) return;
  const told = left.map(
    ({ attribute, declared, live }) =>
      `${attribute} is ${live ?? "not set"} instead of ${declared ?? "not set"}`,
  );
  throw new KitError("settings_not_applied", { name, differences: told.join(" and ") });
}

import type { Attributes, Resource } from "../model.ts";
import { asWholeNumber } from "../values.ts";

/** The interval in minutes; undefined where it is not set, not known or no whole number. */
export function intervalMinutes(
  attributes: Attributes | undefined,
  { intervalUnit = "days" }: Pick<Resource, "intervalUnit">,
): number | undefined {
  const interval = asWholeNumber(attributes?.rotation_interval);
  if (interval === undefined) return undefined;
  return intervalUnit === "days" ? interval * 1440 : interval;
}

/** The interval as it was written, with its unit. */
export const shownInterval = (
  attributes: Attributes | undefined,
  { intervalUnit = "days" }: Pick<Resource, "intervalUnit">,
): string => {
  const interval = asWholeNumber(attributes?.rotation_interval);
  return `${interval} ${interval === 1 ? intervalUnit.slice(0, -1) : intervalUnit}`;
};

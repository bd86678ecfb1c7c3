import { matches } from "./pattern.ts";
import type { Waiver } from "./policy.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Whether the waiver still holds: through the whole of its last day, UTC. */
export const isInForce = (waiver: Waiver, now: number): boolean =>
  now < Date.parse(`${waiver.expires}T00:00:00Z`) + DAY;

/** The first waiver in force that accepts the finding. */
export function waiverFor(
  waivers: readonly Waiver[],
  finding: { rule: string; address?: string | undefined; path?: string | undefined },
  now: number,
): Waiver | undefined {
  const names = [finding.address, finding.path].filter((name) => name !== undefined);
  return waivers.find(
    (waiver) =>
      waiver.rule === finding.rule &&
      isInForce(waiver, now) &&
      names.some((name) => matches(waiver.resource, name)),
  );
}

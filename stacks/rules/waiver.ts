import { shown } from "./display.ts";
import type { Resource } from "./model.ts";
import { matches } from "./pattern.ts";
import type { Waiver } from "./policy.ts";

const DAY = 24 * 60 * 60 * 1000;
/** How far ahead a waiver may end, in days: somebody has to decide anew at least once a year. */
const LONGEST_DAYS = 366;

/**
 * Whether the waiver holds: through the whole of its last day, UTC. One that ends more than a year
 * ahead holds `too-early` and accepts nothing, as one that has ended.
 */
export function stateOf(waiver: Waiver, now: number): "in-force" | "expired" | "too-early" {
  const lastDay = Date.parse(`${waiver.expires}T00:00:00Z`);
  if (now >= lastDay + DAY) return "expired";
  return lastDay > now + LONGEST_DAYS * DAY ? "too-early" : "in-force";
}

/** Whether the waiver is meant for the resource: by its address, its construct's path, or one above. */
export function isFor(
  { resource }: Waiver,
  { address, path }: Partial<Pick<Resource, "address" | "path">>,
): boolean {
  return [address, path].some(
    (name) => name !== undefined && (matches(resource, name) || matches(`${resource}/*`, name)),
  );
}

/** The first waiver in force that accepts the finding. */
export function waiverFor(
  waivers: readonly Waiver[],
  finding: { rule: string; address?: string; path?: string },
  now: number,
): Waiver | undefined {
  return waivers.find(
    (waiver) =>
      waiver.rule === finding.rule && stateOf(waiver, now) === "in-force" && isFor(waiver, finding),
  );
}

/** The waiver in a message. */
export const shownWaiver = ({ rule, resource, owner }: Waiver): string =>
  `the waiver of ${rule} for ${shown(resource)}, owned by ${shown(owner)},`;

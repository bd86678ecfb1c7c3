/** A moment, to the second, as UTC: schedules are in UTC. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** A span of time in its largest unit: `3 days`. */
export function span(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => Math.abs(milliseconds) >= each) ?? UNITS[3];
  const count = Math.round(Math.abs(milliseconds) / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** When something is, seen from `now`. */
export function until(at: number, now: number): string {
  return at >= now ? `in ${span(at - now)}` : `${span(now - at)} ago`;
}

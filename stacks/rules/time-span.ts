const MINUTES = { m: 1, h: 60, d: 1440 } as const;

/** Minutes of a time span such as `30m`, `12h` or `90d`; the policy's schema has checked it. */
export function parseTimeSpan(written: string): number {
  const unit = written.slice(-1) as keyof typeof MINUTES;
  return Number(written.slice(0, -1)) * MINUTES[unit];
}

import { expect, test } from "vitest";
import { textView } from "../../../harness/commands/gateway/timeline-view.ts";
import type { TimelineEntry } from "../../../harness/gateway/timeline.ts";

const ERASE = "\r\u001b[2K";

/** A rotation that has come as far as `steps`. */
const rotation = (steps: number, end: Partial<TimelineEntry> = {}): TimelineEntry => ({
  ...{ number: 1, item: "/app", trigger: "scheduled", at: Date.UTC(2026, 10, 30, 2) },
  steps: [
    { leg: "gateway", what: "scheduled", after: 0 } as const,
    { leg: "validation", what: "confirmed", after: 3 } as const,
    { leg: "rotator", what: "answered", after: 41 } as const,
  ].slice(0, steps),
  outcome: "running",
  ...end,
});
const stored = rotation(3, { outcome: "succeeded", version: 2, took: 42 });
const failed = rotation(1, {
  ...{ number: 2, outcome: "failed", took: 9, fault: "reset-before" },
  error: "creds rotation failed: EOF",
});

const STORED =
  "02:00:00 /app  gateway scheduled → validation confirmed 3 ms → rotator answered 41 ms: version 2 in 42 ms\n";
const FAILED =
  "02:00:00 /app  gateway scheduled [fault reset-before]: FAILED in 9 ms: creds rotation failed: EOF\n";

test("on a terminal a rotation is one line that grows, and stays with its outcome", () => {
  const written: string[] = [];
  const view = textView({ isTerminal: true, columns: 60, out: (text) => written.push(text) });
  view.show(rotation(1));
  view.show(rotation(2));
  view.show(rotation(3));
  view.show(failed);
  view.show(stored);
  const grown = "02:00:00 /app  gateway scheduled → validation confirmed 3 ms → rotator";
  expect(written).toEqual([
    ...[ERASE, "02:00:00 /app  gateway scheduled …"],
    ...[ERASE, "02:00:00 /app  gateway scheduled → validation confirmed 3 ms …".slice(0, 59)],
    ...[ERASE, grown.slice(0, 59)],
    // The other one ends first: it gets a line, and the one under way is drawn below it.
    ...[ERASE, FAILED, grown.slice(0, 59)],
    ...[ERASE, STORED],
  ]);
});

test("elsewhere a rotation is one line at its end", () => {
  let written = "";
  const view = textView({
    isTerminal: false,
    out: (text) => {
      written += text;
    },
  });
  for (const entry of [rotation(1), rotation(3), failed, stored]) view.show(entry);
  expect(written).toBe(FAILED + STORED);
});

import { oneLine } from "../../../../common/plain-text.ts";
import type { TimelineEntry } from "../../gateway/timeline.ts";

/** Writes rotations as they go: a line that grows on a terminal, a line each at the end elsewhere. */
export interface TimelineView {
  show(entry: TimelineEntry): void;
  /** A line that is not a rotation. */
  note(text: string): void;
}

/** Where a view writes. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly columns?: number;
  out(text: string): void;
}

/** For people. */
export function textView({ isTerminal, columns = 80, out }: Screen): TimelineView {
  const running = new Map<number, TimelineEntry>();
  const erase = isTerminal ? "\r\u001b[2K" : "";
  /** The line below: the latest rotation under way, cut to what fits on one line. */
  const drawBottom = () => {
    const last = [...running.values()].at(-1);
    if (isTerminal && last) out(`${lineOf(last).slice(0, columns - 1)}`);
  };
  return {
    show: (entry) => {
      if (entry.outcome === "running") running.set(entry.number, entry);
      else running.delete(entry.number);
      if (!isTerminal && entry.outcome === "running") return;
      out(erase);
      if (entry.outcome !== "running") out(`${lineOf(entry)}\n`);
      drawBottom();
    },
    note: (text) => {
      out(`${erase}${oneLine(text)}\n`);
      drawBottom();
    },
  };
}

/** For machines: one JSON document a line. */
export function jsonView({ out }: Pick<Screen, "out">): TimelineView {
  const write = (document: object) => out(`${JSON.stringify(document)}\n`);
  return {
    show: (entry) => {
      const { at, ...rest } = entry;
      write({ event: "rotation", at: new Date(at).toISOString(), ...rest });
    },
    note: (text) => write({ event: "note", text: oneLine(text) }),
  };
}

/** `02:00:00 /app scheduled → validation confirmed 3 ms → rotator answered 41 ms → …`. */
export function lineOf(entry: TimelineEntry): string {
  const time = new Date(entry.at).toISOString().slice(11, 19);
  const steps = entry.steps.map(({ leg, what, after }, index) =>
    index === 0 ? `${leg} ${what}` : `${leg} ${what} ${after} ms`,
  );
  return oneLine(
    [`${time} ${entry.item}  ${steps.join(" → ")}`, faultOf(entry), outcomeOf(entry)].join(""),
  );
}

function faultOf({ fault }: TimelineEntry): string {
  return fault === undefined ? "" : ` [fault ${fault}]`;
}

function outcomeOf({ outcome, version, took, error }: TimelineEntry): string {
  if (outcome === "running") return " …";
  return outcome === "succeeded"
    ? `: version ${version} in ${took} ms`
    : `: FAILED in ${took} ms: ${error}`;
}

import { styleText } from "node:util";

/** What one step of the demo left. `ms` is wall-clock time in milliseconds. */
export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  /** Set where the machine lacks something that the step needs; `detail` says what. */
  readonly skipped?: true;
  readonly ms: number;
  /** What was proved, or why the step failed, in one sentence. */
  readonly detail: string;
}

/** Shows the steps as they happen. */
export interface Report {
  started(index: number, total: number, title: string): void;
  finished(result: StepResult): void;
  note(text: string): void;
  ended(results: readonly StepResult[], ok: boolean): void;
}

/** Text for people, on standard output. */
export function textReport(out: NodeJS.WriteStream): Report {
  const color = (format: "green" | "red" | "dim" | "bold", text: string) =>
    styleText(format, text, { stream: out });
  return {
    started: (index, total, title) => {
      out.write(`${color("bold", `${index}/${total} ${title}`)}\n`);
    },
    finished: ({ ok, skipped, ms, detail }) => {
      const mark = skipped
        ? color("dim", "skipped")
        : ok
          ? color("green", "ok")
          : color("red", "failed");
      const [first, ...rest] = detail.split("\n");
      out.write(`    ${mark} ${color("dim", `${(ms / 1000).toFixed(1)} s`)}  ${first}\n`);
      for (const line of rest) out.write(`       ${line}\n`);
    },
    note: (text) => {
      out.write(`${text}\n`);
    },
    ended: (results, ok) => {
      const seconds = (results.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(1);
      out.write(
        ok
          ? `\n${color("green", "The password was rotated end to end")} in ${seconds} s. The gateway is emulated: see "What the demo proves" in README.md.\n`
          : `\n${color("red", "The demo failed")} after ${seconds} s.\n`,
      );
    },
  };
}

/** One JSON document on standard output at the end; what people need meanwhile goes to `notes`. */
export function jsonReport(out: NodeJS.WriteStream, notes: NodeJS.WriteStream): Report {
  return {
    started: () => {},
    finished: () => {},
    note: (text) => {
      notes.write(`${text}\n`);
    },
    ended: (steps, ok) => {
      out.write(`${JSON.stringify({ ok, steps }, null, 2)}\n`);
    },
  };
}

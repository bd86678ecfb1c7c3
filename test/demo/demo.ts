import { KitError } from "../../rotator/errors.ts";
import { keepRunning } from "./keep.ts";
import type { Report, StepResult } from "./report.ts";
import { type Stage, steps } from "./steps.ts";

/** What the command line asked for. */
export interface DemoOptions {
  readonly provider: "stand-in" | "registry";
  readonly keep: boolean;
  readonly report: Report;
  /** Ends the demo at any moment; everything it started is stopped before it returns. */
  readonly signal: AbortSignal;
}

/** Plays all steps, stops at the first that fails, and always clears up. True when all were ok. */
export async function runDemo({ provider, keep, report, signal }: DemoOptions): Promise<boolean> {
  const results: StepResult[] = [];
  const stage: Stage = { provider, signal, cleanups: [] };
  for (const [index, step] of steps.entries()) {
    if (keep && step.name === "destroy" && results.every(({ ok }) => ok)) {
      await keepRunning(stage, report);
    }
    report.started(index + 1, steps.length, step.title);
    const result = await play(step.name, () => step.run(stage));
    results.push(result);
    report.finished(result);
    if (!result.ok) break;
  }
  for (const cleanup of stage.cleanups.reverse()) await cleanup();
  const ok = results.length === steps.length && results.every((result) => result.ok);
  report.ended(results, ok);
  return ok;
}

async function play(name: string, run: () => Promise<string>): Promise<StepResult> {
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  try {
    const detail = await run();
    return { name, ok: true, ms: ms(), detail };
  } catch (error) {
    // Whatever was not foreseen is shown with its stack on stderr: it is a defect of the demo.
    if (!(error instanceof KitError)) process.stderr.write(`${(error as Error).stack ?? error}\n`);
    return {
      name,
      ok: false,
      ms: ms(),
      detail: error instanceof Error ? error.message : `${error}`,
    };
  }
}

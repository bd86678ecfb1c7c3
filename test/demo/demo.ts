import { KitError } from "../../common/errors/kit-error.ts";
import { HarnessError } from "../harness/harness-error.ts";
import { keepRunning } from "./keep.ts";
import type { Report, StepResult } from "./report.ts";
import { type DemoStage, type Skipped, steps } from "./steps.ts";

/** What the command line asked for. */
export interface DemoOptions {
  readonly provider: "stand-in" | "registry";
  readonly keep: boolean;
  readonly report: Report;
  /** Ends the demo at any moment; everything it started is stopped before it returns. */
  readonly signal: AbortSignal;
}

/**
 * Plays all steps, stops at the first that fails, and always clears up. True when all were ok; with
 * `keep`, all up to the last one, in whose place the parts run until somebody interrupts.
 */
export async function runDemo({ provider, keep, report, signal }: DemoOptions): Promise<boolean> {
  const results: StepResult[] = [];
  let kept = false;
  const stage: DemoStage = { provider, signal, cleanups: [] };
  for (const [index, step] of steps.entries()) {
    if (keep && step.name === "destroy") {
      kept = true;
      await keepRunning(stage, report);
      break;
    }
    report.started(index + 1, steps.length, step.title);
    const result = await play(step.name, signal, () => step.run(stage));
    results.push(result);
    report.finished(result);
    if (!result.ok) break;
  }
  const cleared = await clearUp(stage);
  const whole = kept || results.length === steps.length;
  const ok = cleared && whole && results.every((result) => result.ok);
  report.ended(results, ok);
  return ok;
}

/** Stops and removes everything, the newest first, also when one part resists. */
async function clearUp({ cleanups }: DemoStage): Promise<boolean> {
  let cleared = true;
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup().catch((error: unknown) => {
      cleared = false;
      showDefect(error);
    });
  }
  return cleared;
}

async function play(
  name: string,
  signal: AbortSignal,
  run: () => Promise<string | Skipped>,
): Promise<StepResult> {
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  try {
    const detail = await run();
    if (typeof detail === "string") return { name, ok: true, ms: ms(), detail };
    return { name, ok: true, skipped: true, ms: ms(), detail: detail.skipped };
  } catch (error) {
    // An interruption ends whatever is under way, each part in its own words.
    if (signal.aborted) return { name, ok: false, ms: ms(), detail: "interrupted" };
    const foreseen = error instanceof KitError || error instanceof HarnessError;
    if (!foreseen) showDefect(error);
    return { name, ok: false, ms: ms(), detail: messageOf(error) };
  }
}

/** Whatever was not foreseen is shown with its stack: it is a defect of the demo. */
function showDefect(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

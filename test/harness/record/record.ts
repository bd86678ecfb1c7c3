import { type ApiAnswer, NoAnswer, post } from "../../../stacks/gateway/transport.ts";
import type { AssumptionName } from "../gateway/fidelity.ts";
import { type AnswerDifference, differences } from "./compare.ts";
import { type Known, masked } from "./mask.ts";
import {
  cleaningFor,
  FIRST_PAYLOAD,
  type Names,
  NEXT_PAYLOAD,
  type Step,
  stepsFor,
} from "./steps.ts";

/** One side of the comparison. */
export interface Side {
  /** Base address of the API. */
  readonly address: string;
  readonly token: string;
  readonly names: Names;
}

/** What both sides answered to one call, masked. */
export interface RecordedStep {
  readonly title: string;
  readonly path: string;
  readonly emulator: RecordedAnswer;
  readonly real: RecordedAnswer;
  readonly differences: readonly AnswerDifference[];
  /** The switch of the emulator that a difference tells about. */
  readonly tells?: AssumptionName;
}

/** An answer; status 0: there was none. */
export interface RecordedAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What a recording found. */
export interface Recording {
  readonly steps: readonly RecordedStep[];
  /** Names that may be left at the real account, because their deletion failed. */
  readonly left: readonly string[];
}

/** How a recording is made. */
export interface RecordContext {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds for one call. */
  readonly timeout: number;
  /** From then on only the cleaning goes on. */
  readonly signal?: AbortSignal;
  readonly progress?: (text: string) => void;
}

/**
 * Makes the same calls at both sides and tells where the answers differ. What was created at either
 * is deleted at the end, also after a failure or an interruption.
 */
export async function record(
  emulator: Side,
  real: Side,
  context: RecordContext,
): Promise<Recording> {
  const began = context.now();
  const expected = stepsFor(emulator.names);
  const steps: RecordedStep[] = [];
  let left: string[] = [];
  try {
    for (const [index, step] of stepsFor(real.names).entries()) {
      if (context.signal?.aborted) break;
      context.progress?.(`${step.path}: ${step.title}`);
      const counterpart = expected[index] ?? step;
      const answers = {
        emulator: await answerOf(emulator, counterpart, began, context),
        real: await answerOf(real, step, began, context),
      };
      const found = differences(answers.emulator, answers.real);
      const { title, path, tells } = step;
      steps.push({ title, path, ...answers, differences: found, ...(tells && { tells }) });
    }
  } finally {
    await clean(emulator, context);
    left = await clean(real, context);
  }
  return { steps, left };
}

async function answerOf(
  side: Side,
  step: Step,
  began: number,
  context: RecordContext,
): Promise<RecordedAnswer> {
  const { status, body } = await call(side, step, context);
  return { status, body: masked(body, knownOf(side, began)) };
}

function knownOf({ token, names }: Side, began: number): Known {
  const texts = {
    [names.item]: "<item>",
    [names.target]: "<target>",
    [names.folder]: "<folder>",
    [token]: "<token>",
    [FIRST_PAYLOAD]: "<payload>",
    [NEXT_PAYLOAD]: "<next payload>",
  };
  // Akeyless shows names of targets without the slash at their beginning.
  const bare = Object.fromEntries(
    [names.item, names.target, names.folder].map((name) => [name.slice(1), texts[name] ?? ""]),
  );
  return { texts: { ...bare, ...texts }, began };
}

async function call(
  { address, token }: Side,
  { path, fields, badToken }: Step,
  { fetch, timeout: timeoutMs }: RecordContext,
): Promise<ApiAnswer> {
  const url = `${address}/${path}`;
  const body = { ...fields, token: badToken ? "t-of-nobody" : token };
  try {
    return await post({ url, body, timeoutMs }, fetch);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { status: 0, body: { error: error.reason } };
  }
}

/** Deletes what may be there; what is not there already is no failure. */
async function clean(side: Side, context: RecordContext): Promise<string[]> {
  const left: string[] = [];
  for (const step of cleaningFor(side.names)) {
    const { status } = await call(side, step, context);
    if (step.path !== "rotated-secret-update-custom" && status !== 200)
      if (await isThere(side, step, context)) left.push(String(step.fields.name));
  }
  return left;
}

async function isThere(side: Side, step: Step, context: RecordContext): Promise<boolean> {
  const path = step.path === "target-delete" ? "target-get" : "describe-item";
  const { status } = await call(side, { ...step, path }, context);
  return status !== 404;
}

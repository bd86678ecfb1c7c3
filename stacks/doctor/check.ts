import type { Clock } from "../../common/clock.ts";
import type { EnvironmentVariables } from "../../common/environment-variables.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { DocumentOf } from "../operations/documents.ts";

/** What one check says. */
type Finding = DocumentOf<"doctor">["findings"][number];

/** What a check may look at. */
export interface DoctorSetup {
  readonly environment: EnvironmentVariables;
  readonly clock: Clock;
  /** Version of Node.js, without a leading v. */
  readonly nodeVersion: string;
  /** Where the stacks were synthesized. */
  readonly out: string;
  /** Only items whose names begin with this. */
  readonly path: string;
  /** Path of rotator.yaml; absent on a machine that has none. */
  readonly config?: string;
  /** Ends what a check waits for. */
  readonly signal: AbortSignal;
}

/** What a check found, without its name. */
export type Found = Omit<Finding, "check">;

/** One usual mistake. */
export interface Check {
  /** Stable name. */
  readonly name: string;
  /** Looks for the mistake; several findings where it was made in several places. */
  look(setup: DoctorSetup): Promise<Found[]> | Found[];
}

export const good = (evidence: string): Found[] => [{ result: "ok", evidence }];

export const unknown = (evidence: string): Found[] => [{ result: "unknown", evidence }];

export const notSynthesized = ({ out }: Pick<DoctorSetup, "out">): Found[] =>
  unknown(`nothing was synthesized in ${out}: run cdktn synth, or cdktf synth, first`);

export const problem = (evidence: string, repair: string): Found[] => [
  { result: "problem", evidence, repair },
];

/** What an error says, as a finding. Its sentence is fit for everybody, its cause is not shown. */
export const refused = ({ message, remedy }: KitError): Found[] => problem(message, remedy);

/** Longest time for one check, in milliseconds; they all run at once. */
const LIMIT_MS = 15_000;

/** Runs every check, each within its time, and names what it found. */
export async function examine(
  checks: readonly Check[],
  setup: Omit<DoctorSetup, "signal">,
  limitMs = LIMIT_MS,
): Promise<Finding[]> {
  const found = await Promise.all(checks.map((check) => within(check, setup, limitMs)));
  const saidBy = new Map<string, string>();
  return checks.flatMap(({ name: check }, index) =>
    (found[index] ?? []).map((one): Finding => {
      const first = saidBy.get(one.evidence);
      // A mistake that keeps several checks from looking is said once.
      if (one.result === "problem" && first !== undefined && first !== check)
        return { check, result: "unknown", evidence: `could not look: see ${first}` };
      saidBy.set(one.evidence, check);
      return { check, ...one };
    }),
  );
}

async function within(
  check: Check,
  setup: Omit<DoctorSetup, "signal">,
  limitMs: number,
): Promise<Found[]> {
  const signal = AbortSignal.timeout(limitMs);
  const late = new Promise<Found[]>((resolve) => {
    signal.addEventListener("abort", () =>
      resolve(problem(`no answer within ${limitMs} ms`, "see whether the network lets it through")),
    );
  });
  try {
    return await Promise.race([check.look({ ...setup, signal }), late]);
  } catch (error) {
    if (error instanceof KitError) return refused(error);
    throw error;
  }
}

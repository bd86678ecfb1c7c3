import { ANSWER_ERRORS } from "../../common/errors/rotator-errors.ts";
import { STEP_MESSAGES } from "../http/observe-rotation.ts";
import { LOG_FIELDS, REQUEST_MESSAGES } from "../observability/log-words.ts";
import { STRATEGIES } from "../rotation/rotation.ts";
import { STEPS } from "../rotation/trace.ts";

/** Results of probes, changes and rotations, and what a step was about. */
const RESULTS = [
  ...["valid", "invalid", "unknown", "changed", "rejected", "refused", "ambiguous", "revoked"],
  ...["rotated", "replayed", "restored", "reconciled", "dry_run", "ok", "joined", "released"],
  ...["current", "candidate", "look-ahead", "previous", "shared", "release", "unavailable"],
] as const;

/**
 * Values and names that the rotator itself writes into lines of a request. Redaction leaves them as
 * they are: hiding one would reveal that the password is this word.
 */
export const UNREDACTED_WORDS: ReadonlySet<unknown> = new Set<unknown>([
  ...LOG_FIELDS,
  ...Object.values(REQUEST_MESSAGES),
  ...Object.values(STEP_MESSAGES),
  ...STEPS.flatMap((step) => [step, `step ${step}`]),
  ...STRATEGIES,
  ...RESULTS,
  ...Object.keys(ANSWER_ERRORS),
  ...Object.values(ANSWER_ERRORS).map(({ message }) => message),
]);

/** The parts of a configuration that hold names. */
interface Names {
  readonly akeyless: { readonly access_ids: readonly string[] };
  readonly items: object;
  readonly keys: readonly { readonly id: string }[];
  readonly systems: object;
}

/** Adds the names that the operator has chosen. */
export function addNames(words: Set<unknown>, { akeyless, items, keys, systems }: Names): void {
  const names = [Object.keys(items), Object.keys(systems), akeyless.access_ids];
  for (const name of [...names.flat(), ...keys.map(({ id }) => id)]) words.add(name);
}

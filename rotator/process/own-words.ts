import type { AnswerEntry } from "../../common/errors/error-entry.ts";
import { ANSWER_ERRORS } from "../../common/errors/rotator-errors.ts";
import { STEP_MESSAGES } from "../http/observe-rotation.ts";
import { PUBLIC_REASONS } from "../http/public-reason.ts";
import { LOG_FIELDS, REQUEST_MESSAGES } from "../observability/log-words.ts";
import { OwnTexts } from "../observability/own-texts.ts";
import { STRATEGIES } from "../rotation/rotation.ts";
import { ROTATION_MESSAGES, STEPS } from "../rotation/trace.ts";

/** Results of probes, changes and rotations. */
const RESULTS = [
  ...["valid", "invalid", "unknown", "changed", "rejected", "refused", "ambiguous", "revoked"],
  ...["rotated", "replayed", "restored", "reconciled", "dry_run", "ok", "joined", "released"],
  "unavailable",
] as const;

/** What a step was about; a reason may follow. */
const SUBJECTS = [
  ...["current", "candidate", "look-ahead", "previous", "replaced", "attempt {{attempt}}"],
  ...["shared", "release"],
] as const;

/** The rotator's own words and sentences, as far as they are in lines of a request. */
export function ownTexts(): OwnTexts {
  const own = new OwnTexts();
  own.add([
    ...LOG_FIELDS,
    ...Object.values(REQUEST_MESSAGES),
    ...Object.values(ROTATION_MESSAGES),
    ...Object.values(STEP_MESSAGES),
    ...STEPS.flatMap((step) => [step, `step ${step}`]),
    ...STRATEGIES,
    ...RESULTS,
    ...Object.keys(PUBLIC_REASONS),
    ...Object.keys(ANSWER_ERRORS),
  ]);
  own.addSentences([
    ...SUBJECTS.flatMap((subject) => [subject, `${subject}: {{reason}}`]),
    ...Object.values<AnswerEntry>(ANSWER_ERRORS).flatMap(({ message, also = {} }) => [
      message,
      ...Object.values(also),
    ]),
    "HTTP {{status}}, {{reason}}",
  ]);
  return own;
}

/** The parts of a configuration that hold names. */
interface Names {
  readonly akeyless: { readonly access_ids: readonly string[] };
  readonly items: object;
  readonly keys: readonly { readonly id: string }[];
  readonly systems: object;
}

/** Adds the names that the operator has chosen. */
export function addNames(own: OwnTexts, { akeyless, items, keys, systems }: Names): void {
  const names = [Object.keys(items), Object.keys(systems), akeyless.access_ids];
  own.add([...names.flat(), ...keys.map(({ id }) => id)]);
}

import { readFileSync } from "node:fs";
import { KitError } from "../../../common/errors/kit-error.ts";
import { readFailure } from "../../../common/read-failure.ts";
import { type Review, reviewSchema } from "../../review/review-schema.ts";

/** Largest review that is read, in bytes. */
const MAX_REVIEW = 64 * 1024 * 1024;

/**
 * Reads a review. The file may come from a job that ran a stranger's code: it is checked like any
 * other input.
 *
 * @throws KitError `plan_unreadable`, `review_malformed`
 */
export function readReview(file: string): Review {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new KitError("plan_unreadable", { file, why: readFailure(cause) }, { cause });
  }
  if (bytes.length > MAX_REVIEW) throw new KitError("review_malformed", { file });
  try {
    return reviewSchema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw new KitError("review_malformed", { file }, { cause });
  }
}

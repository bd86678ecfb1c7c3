import { KitError } from "../../common/errors/kit-error.ts";

/**
 * What is made of a review, or one sentence where that is longer than a text of Node.js may be.
 *
 * @throws KitError `review_too_large`
 */
export function inOneText<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError && cause.message === "Invalid string length")) throw cause;
    throw new KitError("review_too_large", {}, { cause });
  }
}

import { KitError } from "../../../../common/errors/kit-error.ts";
import { type Assumed, readAssumption } from "../../gateway/fidelity.ts";

/** The switches of `--assume NAME=VALUE`. */
export function readAssumptions(given: readonly string[]): Partial<Assumed> {
  try {
    return Object.assign({}, ...given.map(readAssumption));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new KitError("emulator_refused", { why: error.message }, { cause: error });
  }
}

import { type ErrorCode, KitError } from "../../../common/errors/kit-error.ts";

/** What a call finds, or undefined where the gateway says that there is none of that name. */
export async function ifFound<Found>(
  found: Promise<Found>,
  missing: ErrorCode,
): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof KitError && error.code === missing) return undefined;
    throw error;
  }
}

import { OperationsError, type OperationsErrorCode } from "../errors.ts";

/** What a call finds, or undefined where the gateway says that there is none of that name. */
export async function ifFound<Found>(
  found: Promise<Found>,
  missing: OperationsErrorCode,
): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof OperationsError && error.code === missing) return undefined;
    throw error;
  }
}

import { KitError } from "../../common/errors/kit-error.ts";

/** How far a chain of causes is followed. */
const MAX_CAUSES = 4;

/** What the log says about an error. */
interface Failure {
  readonly message: string;
  readonly causes: readonly string[];
  readonly stack?: string;
}

/**
 * What the log says about an error: names, codes and messages along the chain of causes. Other
 * properties are left out, because libraries attach answers and statements to their errors. Only an
 * error that nobody expected brings its stack. Never throws, whatever was thrown: that something
 * failed is worth a line even where it cannot be said what.
 */
export function describeFailure(error: unknown): Failure {
  try {
    return describe(error);
  } catch {
    return { message: "what was thrown cannot be described", causes: [] };
  }
}

function describe(error: unknown): Failure {
  const causes: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause instanceof Error && causes.length < MAX_CAUSES) {
    const code = "code" in cause && typeof cause.code === "string" ? ` ${cause.code}` : "";
    causes.push(`${cause.name}${code}: ${cause.message}`);
    cause = cause.cause;
  }
  const message = String(error instanceof Error ? error.message : error);
  const stack = error instanceof Error && !(error instanceof KitError) ? error.stack : undefined;
  return { message, causes, ...(stack !== undefined && { stack }) };
}

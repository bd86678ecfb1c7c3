import { KitError } from "../errors.ts";

/** How far a chain of causes is followed. */
const MAX_CAUSES = 4;

/**
 * What the log says about an error: names, codes and messages along the chain of causes. Other
 * properties are left out, because libraries attach answers and statements to their errors. Only an
 * error that nobody expected brings its stack.
 */
export function describeFailure(error: unknown): {
  message: string;
  causes: string[];
  stack?: string;
} {
  const causes: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause instanceof Error && causes.length < MAX_CAUSES) {
    const code = "code" in cause && typeof cause.code === "string" ? ` ${cause.code}` : "";
    causes.push(`${cause.name}${code}: ${cause.message}`);
    cause = cause.cause;
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && !(error instanceof KitError) ? error.stack : undefined;
  return { message, causes, ...(stack !== undefined && { stack }) };
}

import { defined } from "../../common/defined.ts";
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
 * properties are left out, because libraries attach answers and statements to their errors, and so is
 * what a parser quotes. Only an error that nobody expected brings its stack, without any source. Never throws, whatever was thrown: that something
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
    causes.push(`${cause.name}${code}: ${messageOf(cause)}`);
    cause = cause.cause;
  }
  if (!(error instanceof Error)) return { message: String(error), causes };
  const message = messageOf(error);
  return error instanceof KitError
    ? { message, causes }
    : { message, causes, ...defined({ stack: framesOf(error) }) };
}

/** An error of a parser quotes what it read: the source of a module, or an answer. */
function messageOf(error: Error): string {
  return error instanceof SyntaxError ? "what was read is not well-formed" : error.message;
}

/** Where an error came from, without the lines of source that Node.js may put before. */
function framesOf({ stack }: Error): string | undefined {
  const frames = stack?.split("\n").filter((line) => /^ {4}at /.test(line)) ?? [];
  return frames.length === 0 ? undefined : frames.join("\n");
}

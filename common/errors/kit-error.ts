/**
 * Base class of every error that this project raises on purpose.
 *
 * `code` is stable and listed with its remedy in docs/reference/errors.md; `message` is a public
 * sentence that may be shown to anybody; what must stay private (a target's answer, a stack of a
 * library) travels as `cause` and is never rendered to a caller.
 */
export class KitError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

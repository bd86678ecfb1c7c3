/** What an error code means. `docs/reference/errors.md`, help and the printed line come from it. */
export interface ErrorEntry {
  /** The public sentence; `{{slot}}` is filled in where the error is raised. Never a secret. */
  readonly message: string;
  /**
   * Other sentences under the same code, by a name of their own: `new KitError("code.name")`. For
   * what can be said more exactly.
   */
  readonly also?: Readonly<Record<string, string>>;
  /** What the reader should do about it: a sentence, or the end of one. */
  readonly remedy: string;
  /** Whether repeating without a change can help (`passing`) or cannot (`definitive`). */
  readonly kind: "definitive" | "passing";
  /** Exit code of a command that ends with it. Default: 1; 2 is a negative finding. */
  readonly exitCode?: 1 | 2;
}

/** A code that an answer of the rotator can carry. */
export interface AnswerEntry extends ErrorEntry {
  /** Status of the HTTP answer. */
  readonly status: number;
  /** Seconds after which a repetition makes sense; absent where it does not. */
  readonly retryAfter?: number;
}

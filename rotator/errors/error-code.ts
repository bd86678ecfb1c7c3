/** What an error code means; docs/reference/errors.md shows every one of them. */
export interface ErrorCode {
  /** Status of the HTTP answer. */
  readonly status: number;
  /** The same sentence for every occurrence; an error may say it more exactly. */
  readonly message: string;
  /** What the reader should do about it. */
  readonly remedy: string;
  /** Seconds after which a repetition makes sense; absent where it does not. */
  readonly retryAfter?: number;
}

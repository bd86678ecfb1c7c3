/** Messages of the lines that every request leaves. */
export const REQUEST_MESSAGES = {
  validated: "credentials validated",
  confirmed: "item confirmed",
  answered: "answer returned",
  refused: "request refused",
  callerGone: "the caller went away before the answer; its next request gets the same one",
} as const;

/** Names of the fields of those lines. */
export const LOG_FIELDS = [
  ...["item", "system", "strategy", "access_id", "step", "outcome", "detail", "generation", "ms"],
  ...["code", "status", "reason", "msg", "message", "causes", "stack", "err"],
] as const;

import * as z from "zod";

const setting = (min: number, max: number, initial: number, description: string) =>
  z.int().min(min).max(max).default(initial).meta({ description });

/** What one caller, and all callers together, may use up. */
export const limitsSchema = z
  .strictObject({
    token_bytes: setting(256, 16_384, 8_192, "Largest AkeylessCreds header, in bytes."),
    body_bytes: setting(1_024, 1_048_576, 65_536, "Largest request body, in bytes."),
    json_depth: setting(2, 64, 16, "Deepest nesting of a body or a payload."),
    receive_ms: setting(1_000, 60_000, 15_000, "Time to receive a whole request, in milliseconds."),
    headers_ms: setting(1_000, 60_000, 10_000, "Time to receive the headers, in milliseconds."),
    rotation_ms: setting(
      1_000,
      300_000,
      35_000,
      "Time from the arrival of a request to its answer, in milliseconds, waiting and validation included: keep it below the time limit of the item (40 s by default).",
    ),
    connections: setting(1, 100_000, 1_024, "Connections that are open at once."),
    concurrency: setting(
      1,
      10_000,
      512,
      "Rotations that run at once, or wait for their system (`max_concurrent` there).",
    ),
    queue: setting(0, 100_000, 1_024, "Rotations that wait for their turn; more are refused."),
    validations: setting(1, 1_000, 64, "Validations of AkeylessCreds that run at once."),
    rate_per_minute: setting(
      1,
      100_000,
      60,
      "Requests per minute for one access id and item; a burst may have as many.",
    ),
  })
  .refine(({ headers_ms: headers, receive_ms: whole }) => headers <= whole, {
    path: ["headers_ms"],
    message: "must be at most receive_ms, as headers are a part of the request",
  });

/** Limits, every default filled in. */
export type Limits = z.output<typeof limitsSchema>;

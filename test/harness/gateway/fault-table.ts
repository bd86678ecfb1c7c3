import type { FaultTable } from "../faults.ts";

/** The faults that the gateway can play, by the step at which they strike. */
export const GATEWAY_FAULTS = {
  rotation: [
    "error-before",
    "error-after",
    "reset-before",
    "reset-after",
    "slow",
    "late",
    "hang-up",
    "cut-body",
    "duplicate",
    "replay",
  ],
  store: ["keep-old", "restore-previous"],
  validation: ["error-before", "reset-before", "slow", "redirect", "wrong-access-id", "huge-body"],
  api: ["error-before", "error-after", "reset-before", "reset-after", "slow"],
} as const satisfies FaultTable;

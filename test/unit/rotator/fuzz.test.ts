import { expect, test } from "vitest";
import { fuzzRotator } from "../../fuzz/fuzz-rotator.ts";

/** `npm run fuzz` sends 100,000 requests with a fresh seed; this many fit into `npm test`. */
const REQUESTS = 3_000;

test("bent requests never crash the rotator, never cause a 5xx, never reach a system uninvited", async () => {
  const report = await fuzzRotator(REQUESTS, 20_261_122);
  expect(report.violations).toEqual([]);
  // The run is worth something only if it gets past every gate.
  expect(Object.keys(report.codes)).toEqual(
    expect.arrayContaining([
      "credentials_missing",
      "credentials_malformed",
      "credentials_rejected",
      "body_invalid",
      "payload_invalid",
      "out_of_sync",
    ]),
  );
});

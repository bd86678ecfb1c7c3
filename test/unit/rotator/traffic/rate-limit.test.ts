import { expect, test } from "vitest";
import { createRateLimit } from "../../../../rotator/traffic/rate-limit.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";

test("a key has its share at once, and it refills evenly; other keys do not matter", async () => {
  const clock = new VirtualClock(0);
  const limit = createRateLimit(3, clock);
  for (let count = 0; count < 3; count += 1) limit("a");
  expect(() => limit("a")).toThrow(expect.objectContaining({ code: "rate_limited" }));
  limit("b");
  await clock.advance(20_000);
  limit("a");
  expect(() => limit("a")).toThrow();
});

test("a machine's clock that is set back does not keep a key waiting", async () => {
  const clock = new VirtualClock(0);
  const limit = createRateLimit(3, clock);
  for (let count = 0; count < 3; count += 1) limit("a");
  clock.set(-36_000_000);
  expect(() => limit("a")).toThrow(expect.objectContaining({ code: "rate_limited" }));
  await clock.advance(20_000);
  limit("a");
});

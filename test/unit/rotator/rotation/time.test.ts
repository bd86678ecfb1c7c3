import { describe, expect, test } from "vitest";
import type { Change, Credential, Probe } from "../../../../rotator/systems/system.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { MemorySystem } from "./memory-system.ts";
import { rotatorFor } from "./rotate.ts";

const FIRST = { system: "app", username: "svc", password: "first-password" };
const ACCOUNT = { svc: "first-password" };
const FOREVER = new Promise<never>(() => {});

/** Moves the clock until the work has ended; fails when it has not within the limit. */
async function endsWithin<T>(ms: number, clock: VirtualClock, work: Promise<T>): Promise<T> {
  const begun = clock.monotonic();
  let ended = false;
  const settled = work.finally(() => {
    ended = true;
  });
  settled.catch(() => {});
  while (!ended && clock.monotonic() - begun < ms) await clock.advance(50);
  expect(ended).toBe(true);
  return settled;
}

describe("time", () => {
  test("a system that never answers gets a definite error within its share", async () => {
    class Silent extends MemorySystem {
      override probe = () => FOREVER;
    }
    const clock = new VirtualClock(0);
    const rotation = rotatorFor(new Silent(ACCOUNT), { clock }).rotate(FIRST);
    await expect(endsWithin(5_100, clock, rotation)).rejects.toMatchObject({
      code: "system_unavailable",
    });
  });

  test("a step is told when its share is used up", async () => {
    const clock = new VirtualClock(0);
    let signal: AbortSignal | undefined;
    class Listening extends MemorySystem {
      override async probe(_: Credential, context?: { signal: AbortSignal }): Promise<Probe> {
        signal = context?.signal;
        return FOREVER;
      }
    }
    const rotation = rotatorFor(new Listening(ACCOUNT), { clock }).rotate(FIRST);
    await expect(endsWithin(5_100, clock, rotation)).rejects.toThrow();
    expect(signal?.aborted).toBe(true);
  });

  test("a change that hangs after it happened is found within the whole time", async () => {
    class Hanging extends MemorySystem {
      override async change(_: Credential, next: Credential): Promise<Change> {
        await this.set(next);
        return FOREVER;
      }
    }
    const clock = new VirtualClock(0);
    const rotation = rotatorFor(new Hanging(ACCOUNT), { clock }).rotate(FIRST);
    expect(await endsWithin(35_000, clock, rotation)).toMatchObject({ outcome: "rotated" });
  });

  test("no change begins that could not be verified in time", async () => {
    const clock = new VirtualClock(0);
    class Slow extends MemorySystem {
      override async probe(credential: Credential): Promise<Probe> {
        await clock.sleep(4_200);
        return super.probe(credential);
      }
    }
    const system = new Slow(ACCOUNT);
    const limits = { maxFailedLogins: 9 };
    const { rotate } = rotatorFor(system, { clock, limits });
    const first = await endsWithin(35_000, clock, rotate(FIRST));
    const { payload } = await endsWithin(35_000, clock, rotate(first.payload));
    system.calls.length = 0;
    // Two rotations ago: the search takes most of the time.
    system.accounts.set("svc", "first-password");
    await expect(endsWithin(35_000, clock, rotate(payload))).rejects.toMatchObject({
      code: "out_of_time",
    });
    expect(system.calls).not.toContain("change");
  });

  test("what the caller has waited already is a part of the whole time", async () => {
    const clock = new VirtualClock(0);
    const system = new MemorySystem(ACCOUNT);
    const { rotation, request } = rotatorFor(system, { clock });
    const late = rotation.rotate({ ...request(FIRST), waitedMs: 20_001 });
    await expect(late).rejects.toMatchObject({ code: "out_of_time" });
    expect(system.calls).not.toContain("change");
    const inTime = rotation.rotate({ ...request(FIRST), waitedMs: 19_000 });
    expect(await inTime).toMatchObject({ outcome: "rotated" });
  });

  test("ends although the machine's clock is set back meanwhile", async () => {
    class Unclear extends MemorySystem {
      override async change(_: Credential, next: Credential): Promise<Change> {
        await this.set(next);
        clock.set(-86_400_000);
        return { result: "changed" };
      }
      override async probe(credential: Credential): Promise<Probe> {
        if (clock.now() === clock.monotonic()) return super.probe(credential);
        return { result: "unknown", reason: "http_429" };
      }
    }
    const clock = new VirtualClock(0);
    const { rotate } = rotatorFor(new Unclear(ACCOUNT), { clock });
    await expect(endsWithin(40_000, clock, rotate(FIRST))).rejects.toMatchObject({
      code: "verify_failed",
    });
  });

  test("goes on although the machine's clock is set ahead meanwhile", async () => {
    class SetAhead extends MemorySystem {
      override async probe(credential: Credential): Promise<Probe> {
        clock.set(clock.now() + 60_000);
        return super.probe(credential);
      }
    }
    const clock = new VirtualClock(0);
    const { rotate, steps } = rotatorFor(new SetAhead(ACCOUNT), { clock });
    expect(await rotate(FIRST)).toMatchObject({ outcome: "rotated" });
    expect(steps.map(({ ms }) => ms)).toEqual(steps.map(() => 0));
  });

  test("a short limit leaves every step its share", async () => {
    class Silent extends MemorySystem {
      override change = () => FOREVER;
    }
    const clock = new VirtualClock(0);
    const limits = { totalMs: 2_100, propagationMs: 50 };
    const { rotate } = rotatorFor(new MemorySystem(ACCOUNT), { clock, limits });
    expect(await endsWithin(2_100, clock, rotate(FIRST))).toMatchObject({ outcome: "rotated" });
    const silent = rotatorFor(new Silent(ACCOUNT), { clock, limits }).rotate(FIRST);
    await expect(endsWithin(2_100, clock, silent)).rejects.toMatchObject({
      code: "change_unconfirmed",
    });
  });

  test("a stop spares what has begun its change and ends the rest before it", async () => {
    const stop = new AbortController();
    class Stopping extends MemorySystem {
      stopIn = "probe";
      override async probe(credential: Credential): Promise<Probe> {
        if (this.stopIn === "probe") stop.abort();
        return super.probe(credential);
      }
    }
    const system = new Stopping(ACCOUNT);
    const { rotation, request } = rotatorFor(system);
    const stopped = rotation.rotate({ ...request(FIRST), signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ code: "stopping" });
    expect(system.calls).not.toContain("change");

    const late = new AbortController();
    class StoppedLate extends MemorySystem {
      override async change(current: Credential, next: Credential): Promise<Change> {
        late.abort();
        return super.change(current, next);
      }
    }
    const other = rotatorFor(new StoppedLate(ACCOUNT));
    const finished = other.rotation.rotate({ ...other.request(FIRST), signal: late.signal });
    expect(await finished).toMatchObject({ outcome: "rotated" });
  });
});

import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../harness/virtual-clock.ts";

describe("VirtualClock", () => {
  it("stands still until it is moved", async () => {
    const clock = new VirtualClock(1000);
    expect(clock.now()).toBe(1000);
    await clock.advance(50);
    expect(clock.now()).toBe(1050);
  });

  it("runs timers in the order in which they are due, each at its own time", async () => {
    const clock = new VirtualClock(0);
    const runs: string[] = [];
    clock.schedule(30, () => void runs.push(`c@${clock.now()}`));
    clock.schedule(10, () => void runs.push(`a@${clock.now()}`));
    clock.schedule(10, () => void runs.push(`b@${clock.now()}`));
    await clock.advance(100);
    expect(runs).toEqual(["a@10", "b@10", "c@30"]);
  });

  it("waits for a timer's task and runs what the task schedules", async () => {
    const clock = new VirtualClock(0);
    const runs: number[] = [];
    const every = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      runs.push(clock.now());
      clock.schedule(clock.now() + 10, every);
    };
    clock.schedule(10, every);
    await clock.advance(35);
    expect(runs).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
  });

  it("wakes sleepers and lets an aborted one fail with the signal's reason", async () => {
    const clock = new VirtualClock(0);
    const abort = new AbortController();
    const aborted = clock.sleep(10, abort.signal);
    abort.abort(new Error("no longer wanted"));
    await expect(aborted).rejects.toThrow("no longer wanted");
    let awake = false;
    void clock.sleep(10).then(() => {
      awake = true;
    });
    await clock.advance(9);
    expect(awake).toBe(false);
    await clock.advance(1);
    expect(awake).toBe(true);
  });

  it("does not run a cancelled timer", async () => {
    const clock = new VirtualClock(0);
    const cancel = clock.schedule(5, () => {
      throw new Error("ran although cancelled");
    });
    cancel();
    await clock.advance(10);
  });

  it("refuses to go back", () => {
    expect(() => new VirtualClock(0).advance(-1)).toThrow(RangeError);
  });

  it("moves no timer when its wall clock is set", async () => {
    const clock = new VirtualClock(1_000);
    const ran: string[] = [];
    clock.after(10, () => ran.push("in ten"));
    clock.set(-500);
    expect([clock.now(), clock.monotonic()]).toEqual([500, 1_000]);
    clock.schedule(520, () => void ran.push("at 520"));
    await clock.advance(10);
    expect(ran).toEqual(["in ten"]);
    await clock.advanceTo(520);
    expect(ran).toEqual(["in ten", "at 520"]);
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { Gate } from "../../../../rotator/traffic/gate.ts";

/** A task that ends when told to. */
function task() {
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { run: () => done, finish };
}

test("runs as many as allowed, lets as many wait as allowed, refuses the rest", async () => {
  const gate = new Gate({ concurrency: 1, queue: 1, waitMs: 60_000 });
  const first = task();
  const running = gate.run(first.run);
  const waiting = gate.run(async () => "second");
  await expect(gate.run(async () => "third")).rejects.toMatchObject({ code: "overloaded" });
  expect([gate.running, gate.waiting]).toEqual([1, 1]);
  first.finish();
  await running;
  expect(await waiting).toBe("second");
  expect([gate.running, gate.waiting]).toEqual([0, 0]);
});

test("refuses what has waited too long", async () => {
  const gate = new Gate({ concurrency: 1, queue: 1, waitMs: 1 });
  const first = task();
  const running = gate.run(first.run);
  await expect(gate.run(async () => {})).rejects.toMatchObject({ code: "overloaded" });
  first.finish();
  await running;
  expect(gate.running).toBe(0);
});

test("refuses what waits when the process stops, and lets the rest finish", async () => {
  const gate = new Gate({ concurrency: 1, queue: 5, waitMs: 60_000 });
  const first = task();
  const running = gate.run(first.run);
  const waiting = gate.run(async () => {});
  gate.refuseWaiting();
  await expect(waiting).rejects.toMatchObject({ code: "stopping" });
  first.finish();
  await running;
});

test("never runs more than allowed, loses no task, and ends empty", async () => {
  const jobs = fc.array(fc.record({ fails: fc.boolean(), turns: fc.nat(4) }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(jobs, fc.integer({ min: 1, max: 4 }), async (list, concurrency) => {
      const gate = new Gate({ concurrency, queue: list.length, waitMs: 60_000 });
      let running = 0;
      let most = 0;
      const results = await Promise.allSettled(
        list.map(({ fails, turns }) =>
          gate.run(async () => {
            running += 1;
            most = Math.max(most, running);
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            running -= 1;
            if (fails) throw new Error("task");
          }),
        ),
      );
      expect(results.map(({ status }) => status === "rejected")).toEqual(
        list.map(({ fails }) => fails),
      );
      expect(most).toBeLessThanOrEqual(concurrency);
      expect([gate.running, gate.waiting]).toEqual([0, 0]);
    }),
    { numRuns: 50 },
  );
});

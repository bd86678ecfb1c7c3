import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredItem } from "../../../harness/gateway/model.ts";
import { listingPage } from "../../../harness/gateway/page.ts";
import { nextRotation } from "../../../harness/gateway/schedule.ts";
import { addVersion, currentVersion, versionOf } from "../../../harness/gateway/versions.ts";
import { flagField, rotateAfterDisconnect, wholeNumber } from "../../../harness/gateway/wire.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";

const scalar = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.double());

describe("request fields", () => {
  it("are parsed or refused with a sentence, whatever is sent", () => {
    for (const field of [flagField, wholeNumber, rotateAfterDisconnect])
      fc.assert(
        fc.property(scalar, (value) => {
          const result = field.safeParse(value);
          expect(result.success || result.error.issues[0]?.message).toBeTruthy();
        }),
      );
  });

  it("mean the same as text and as what they are", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), (truth, number) => {
        expect(flagField.parse(truth)).toBe(flagField.parse(String(truth)));
        expect(wholeNumber.parse(number)).toBe(wholeNumber.parse(String(number)));
        expect(rotateAfterDisconnect.parse(number)).toEqual({ rotate: true, delayMinutes: number });
      }),
    );
  });
});

describe("versions", () => {
  it("are numbered without gaps or repeats, and at most as many as allowed are kept", () => {
    const context = { at: 0, accessId: "p-x", defaultMaxVersions: 20 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.string(), { maxLength: 30 }),
        (maxVersions, payloads) => {
          const item = { maxVersions, versions: [], lastVersion: 0 } as unknown as StoredItem;
          for (const payload of ["first", ...payloads]) addVersion(item, payload, context);
          expect(item.lastVersion).toBe(payloads.length + 1);
          expect(item.versions.map(({ version }) => version)).toEqual(
            Array.from(
              { length: item.versions.length },
              (_, index) => item.lastVersion - item.versions.length + 1 + index,
            ),
          );
          expect(item.versions.length).toBe(Math.min(maxVersions, payloads.length + 1));
          expect(currentVersion(item).payload).toBe(payloads.at(-1) ?? "first");
          expect(versionOf(item, item.lastVersion)).toBe(currentVersion(item));
        },
      ),
    );
  });
});

describe("pages", () => {
  const names = fc.uniqueArray(fc.integer({ min: 100_000, max: 999_999 }), { maxLength: 350 });

  it("show every entry once, even when entries already seen disappear meanwhile", () => {
    fc.assert(
      fc.property(names, (numbers) => {
        const all = numbers.map((number) => ({ name: `/${number}` }));
        all.sort((one, other) => (one.name < other.name ? -1 : 1));
        const seen: string[] = [];
        let rest: readonly { name: string }[] = all;
        let token: string | undefined;
        do {
          const { entries, next } = listingPage(rest, token);
          seen.push(...entries.map(({ name }) => name));
          rest = all.slice(seen.length);
          token = next;
        } while (token !== undefined);
        expect(seen).toEqual(all.map(({ name }) => name));
      }),
    );
  });
});

describe("schedules", () => {
  const day = 86_400_000;

  it("lie in the future, at the hour that was asked for, within the interval", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 365 }),
        fc.option(fc.integer({ min: 0, max: 23 }), { nil: undefined }),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        (interval, hour, from) => {
          const item = { schedule: { interval, hour } } as unknown as StoredItem;
          const settings = { rotationIntervalUnit: "days", defaultRotationInterval: 30 } as const;
          const next = nextRotation(item, from, settings);
          expect(next).toBeGreaterThan(from);
          expect(Math.abs(next - from - interval * day)).toBeLessThan(day);
          if (hour !== undefined) expect(new Date(next).getUTCHours()).toBe(hour);
        },
      ),
    );
  });
});

describe("VirtualClock", () => {
  it("runs any set of timers in order of time, then of setting, and none that is not due", async () => {
    const timers = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(timers, fc.integer({ min: 0, max: 100 }), async (dues, end) => {
        const clock = new VirtualClock(0);
        const runs: [number, number][] = [];
        for (const [order, due] of dues.entries())
          clock.schedule(due, () => void runs.push([clock.now(), order]));
        await clock.advance(end);
        const expected = dues
          .map((due, order): [number, number] => [due, order])
          .filter(([due]) => due <= end)
          .sort(([one, first], [other, second]) => one - other || first - second);
        expect(runs).toEqual(expected);
      }),
    );
  });
});

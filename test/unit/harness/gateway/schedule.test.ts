import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { SECRET, setStage } from "./api.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse("2026-11-20T10:30:00Z");
const AUTO = { "auto-rotate": "true", "rotation-interval": "30" };

const at = (clock = new VirtualClock(START)) => ({ clock });

describe("automatic rotation", () => {
  it("runs by itself each time the interval is over", async () => {
    const stage = await setStage(at());
    await stage.createSecret(AUTO);
    expect((await stage.describe()).next_rotation_date).toBe("2026-12-20T10:30:00.000Z");
    await stage.gateway.advance(30 * DAY - 1);
    expect(stage.rotator.requests).toHaveLength(0);
    await stage.gateway.advance(1);
    expect(await stage.payload()).toBe("rotated-1");
    await stage.gateway.advance(90 * DAY);
    expect((await stage.describe()).last_version).toBe(5);
    expect(stage.gateway.events).toHaveLength(4);
    expect(stage.gateway.events[0]).toEqual({
      at: START + 30 * DAY,
      type: "rotated-secret-success",
      item: SECRET,
    });
  });

  it("waits for the hour of the day, UTC", async () => {
    const stage = await setStage(at());
    await stage.createSecret({ ...AUTO, "rotation-interval": "1", "rotation-hour": 14 });
    expect((await stage.describe()).next_rotation_date).toBe("2026-11-21T14:00:00.000Z");
    await stage.gateway.advanceToRotation(SECRET);
    expect((await stage.describe()).next_rotation_date).toBe("2026-11-22T14:00:00.000Z");
  });

  it("waits for midnight where the hour is 0", async () => {
    const stage = await setStage(at());
    await stage.createSecret({ ...AUTO, "rotation-interval": "2", "rotation-hour": 0 });
    expect((await stage.describe()).next_rotation_date).toMatch(/^2026-11-2[123]T00:00:00.000Z$/);
  });

  it("counts in minutes where the option says so, and reports the unit", async () => {
    const stage = await setStage({ ...at(), rotationIntervalUnit: "minutes" });
    await stage.createSecret({ ...AUTO, "rotation-hour": 0 });
    expect(await stage.describe()).toMatchObject({
      next_rotation_date: "2026-11-20T11:00:00.000Z",
      item_general_info: { rotated_secret_details: { rotation_interval_min: true } },
    });
  });

  it("does not retry a failure before the next interval, and tells of it", async () => {
    const stage = await setStage(at());
    await stage.createSecret(AUTO);
    stage.rotator.answer = () => ({ status: 503, body: "later" });
    await stage.gateway.advance(59 * DAY);
    expect(stage.rotator.requests).toHaveLength(1);
    expect(stage.gateway.events).toMatchObject([
      {
        type: "rotated-secret-failure",
        detail: "creds rotation failed: unexpected response code 503: later",
      },
    ]);
    stage.rotator.answer = () => "second";
    await stage.gateway.advance(DAY);
    expect(await stage.payload()).toBe("second");
  });

  it("counts anew after a successful rotation on demand, which makes no event", async () => {
    const stage = await setStage(at());
    await stage.createSecret(AUTO);
    await stage.gateway.advance(10 * DAY);
    await stage.rotate();
    expect((await stage.describe()).next_rotation_date).toBe("2026-12-30T10:30:00.000Z");
    stage.rotator.answer = () => ({ status: 500, body: "" });
    await stage.gateway.advance(DAY);
    await stage.rotate();
    expect((await stage.describe()).next_rotation_date).toBe("2026-12-30T10:30:00.000Z");
    expect(stage.gateway.events).toEqual([]);
  });

  it("announces itself the given days before", async () => {
    const stage = await setStage(at());
    await stage.createSecret({ ...AUTO, "rotation-event-in": ["7", "1", "400"] });
    await stage.gateway.advance(30 * DAY - 1);
    expect(stage.gateway.events).toEqual([
      { at: START + 23 * DAY, type: "next-automatic-rotation", item: SECRET },
      { at: START + 29 * DAY, type: "next-automatic-rotation", item: SECRET },
    ]);
  });

  it("ends with the item", async () => {
    const stage = await setStage(at());
    await stage.createSecret(AUTO);
    await stage.post("/delete-item", { name: SECRET });
    await stage.gateway.advance(60 * DAY);
    expect(stage.rotator.requests).toEqual([]);
    expect(() => stage.gateway.advanceToRotation(SECRET)).toThrow("no rotation");
  });
});

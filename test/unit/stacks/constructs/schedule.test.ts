import { TerraformOutput, TerraformVariable, Testing } from "cdktf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applySettings,
  Duration,
  PasswordPolicy,
  RotateAfterDisconnect,
  RotationSchedule,
  type Settings,
} from "../../../../stacks/constructs/index.ts";
import { newSecret, newStack } from "./support.ts";

describe("Duration", () => {
  it("converts without loss", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (amount) => {
        expect(Duration.days(amount).toMinutes()).toBe(amount * 1_440);
        expect(Duration.hours(amount).toMinutes()).toBe(amount * 60);
        expect(Duration.minutes(amount).toMinutes()).toBe(amount);
        expect(Duration.days(amount).toDays()).toBe(amount);
      }),
    );
  });

  it.each([
    [Duration.minutes(1), "1 minute"],
    [Duration.minutes(90), "90 minutes"],
    [Duration.minutes(120), "2 hours"],
    [Duration.hours(48), "2 days"],
  ])("%# reads well", (duration, text) => {
    expect(String(duration)).toBe(text);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s", (amount) => {
    expect(() => Duration.days(amount)).toThrow(/is not possible: give a whole number/);
  });
});

it("takes a duration that only Terraform knows", () => {
  const stack = newStack();
  const { numberValue } = new TerraformVariable(stack, "count", { type: "number" });
  const resolved = (value: number) => {
    new TerraformOutput(stack, "resolved", { value }).overrideLogicalId("resolved");
    const text = JSON.parse(Testing.synth(stack)).output.resolved.value;
    stack.node.tryRemoveChild("resolved");
    return text;
  };
  expect(resolved(Duration.days(numberValue).toDays())).toMatch(/^\$\{var\.count\}$/);
  expect(resolved(Duration.days(numberValue).toMinutes())).toMatch(/\(var\.count \* 1440\)/);
  expect(resolved(Duration.hours(numberValue).toDays())).toMatch(/\(var\.count \* 60\) \/ 1440/);
  expect(`${Duration.hours(numberValue)}`).toBe("a number of hours that only Terraform knows");
});

describe("RotationSchedule", () => {
  it("takes up to 365 days", () => {
    expect(RotationSchedule.every(Duration.days(365)).intervalIn("days")).toBe(365);
    expect(RotationSchedule.every(Duration.days(365)).intervalIn("minutes")).toBe(525_600);
    expect(() => RotationSchedule.every(Duration.days(366))).toThrow(
      "the rotation interval is 366 days; allowed are 1 to 365 days",
    );
  });

  it.each([-1, 24, 1.5])("refuses hour %s", (atHourUtc) => {
    expect(() => RotationSchedule.every(Duration.days(1), { atHourUtc })).toThrow(
      `atHourUtc is ${atHourUtc}; allowed are the hours 0 to 23, UTC`,
    );
  });

  it("refuses an hour for an interval that is not a number of days", () => {
    expect(() => RotationSchedule.every(Duration.hours(36), { atHourUtc: 3 })).toThrow(
      /an interval of 36 hours has no fixed hour/,
    );
  });

  describe("with hours for each name", () => {
    const schedule = RotationSchedule.every(Duration.days(30), {
      betweenHoursUtc: { from: 22, to: 4 },
    });
    const night = [22, 23, 0, 1, 2, 3];
    const names = Array.from({ length: 200 }, (_, index) => `/prod/app-${index}`);

    it("spreads secrets over all of them, over midnight too", () => {
      const chosen = names.map((name) => schedule.hourOf(name));
      expect(new Set(chosen)).toEqual(new Set(night));
      const crowd = Math.max(...night.map((hour) => chosen.filter((one) => one === hour).length));
      expect(crowd).toBeLessThan(60);
    });

    it("keeps the hour of a name, in both spellings, and tells the provider", () => {
      const hour = schedule.hourOf("/prod/app");
      const stack = newStack();
      for (const name of ["/prod/app", "prod/app"]) {
        const secret = newSecret(newStack(), { name, schedule });
        expect(secret.describe().settings.rotation_hour).toBe(hour);
      }
      const { stringValue } = new TerraformVariable(stack, "name", { type: "string" });
      expect(() => newSecret(stack, { name: stringValue, schedule })).toThrow(
        "secret: betweenHoursUtc makes an hour from the item's name, but only Terraform knows that name: give atHourUtc",
      );
    });

    it.each([
      [Duration.days(1), { betweenHoursUtc: { from: 3, to: 3 } }, /is 3 to 3; allowed are two/],
      [Duration.days(1), { betweenHoursUtc: { from: 3, to: 24 } }, /is 3 to 24; allowed are two/],
      [Duration.days(1), { betweenHoursUtc: { from: 1, to: 3 }, atHourUtc: 2 }, /both given/],
      [Duration.hours(36), { betweenHoursUtc: { from: 1, to: 3 } }, /has no fixed hour/],
    ])("refuses %s with %j", (interval, options, message) => {
      expect(() => RotationSchedule.every(interval, options)).toThrow(message);
    });
  });

  it("refuses an announcement that is not a number of days", () => {
    expect(() => RotationSchedule.every(Duration.days(30), { announceDaysBefore: [7, 0] })).toThrow(
      /announceDaysBefore holds 0/,
    );
  });
});

describe("RotateAfterDisconnect", () => {
  it("speaks the wire's language", () => {
    expect(RotateAfterDisconnect.off().value).toBe("false");
    expect(RotateAfterDisconnect.immediately().value).toBe("true");
    expect(RotateAfterDisconnect.after(Duration.hours(2)).value).toBe("120");
  });
});

describe("PasswordPolicy", () => {
  it("has the rotator's defaults", () => {
    expect(new PasswordPolicy().toPayload()).toMatchObject({ length: 32, symbols: true });
  });

  it("hands allowed symbols to the rotator only", () => {
    const policy = new PasswordPolicy({ allowedSymbols: "!?" });
    expect(policy.toPayload()).toMatchObject({ allowed_symbols: "!?" });
    expect(JSON.stringify(policy.toAttributes())).not.toContain("!?");
  });

  it.each([
    [{ length: 0 }, /length/],
    [{ length: 257 }, /length/],
    [{ length: 16.5 }, /length/],
    [{ lowercase: false, uppercase: false, numbers: false, symbols: false }, /character class/],
    [{ allowedSymbols: "ä" }, /punctuation/],
  ])("refuses %j", (props, message) => {
    expect(() => new PasswordPolicy(props)).toThrow(message);
  });
});

describe("settings", () => {
  it("come from the nearest construct, then from the context", () => {
    const stack = newStack({ intervalUnit: "minutes" });
    expect(newSecret(stack).describe().intervalUnit).toBe("minutes");
    applySettings(stack, { intervalUnit: "days" });
    expect(newSecret(stack, { name: "/prod/second" }, "second").describe().intervalUnit).toBe(
      "days",
    );
  });

  it("refuse what is not one of the choices", () => {
    const stack = newStack({ intervalUnit: "weeks" } as unknown as Settings);
    expect(() => newSecret(stack)).toThrow(/is "weeks"; allowed are days and minutes/);
  });
});

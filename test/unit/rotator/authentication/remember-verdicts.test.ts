import { expect, test, vi } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import { rememberVerdicts } from "../../../../rotator/authentication/remember-verdicts.ts";
import type { Validate } from "../../../../rotator/authentication/validator.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";

const QUESTION = { token: "a.b.c", accessId: "p-gateway", item: "/prod/app" };

function setUp(ms: number) {
  const clock = new VirtualClock(1_000_000);
  const asked = vi.fn<Validate>(async ({ accessId }) => ({ genuine: true, accessId }));
  const validate = rememberVerdicts(asked, clock, ms);
  const ask = (changes: Partial<typeof QUESTION> = {}, until = clock.now() + 3_600_000) =>
    validate({ ...QUESTION, until, ...changes });
  return { clock, asked, ask };
}

test("nothing is remembered by default", async () => {
  const { asked, ask } = setUp(0);
  await ask();
  await ask();
  expect(asked).toHaveBeenCalledTimes(2);
});

test("a confirmation is believed for as long as it is set", async () => {
  const { clock, asked, ask } = setUp(30_000);
  await ask();
  await clock.advance(29_000);
  await ask();
  expect(asked).toHaveBeenCalledTimes(1);
  await clock.advance(1_001);
  await ask();
  expect(asked).toHaveBeenCalledTimes(2);
});

test("never beyond the token's own end, nor longer where the machine's clock is set back", async () => {
  const { clock, asked, ask } = setUp(30_000);
  const end = clock.now() + 10_000;
  await ask({}, end);
  await clock.advance(10_001);
  await ask({}, end);
  expect(asked).toHaveBeenCalledTimes(2);
  await ask();
  clock.set(-10_000);
  await clock.advance(30_001);
  await ask();
  expect(asked).toHaveBeenCalledTimes(4);
});

test("neither a refusal nor an outage is remembered", async () => {
  const { asked, ask } = setUp(30_000);
  asked.mockResolvedValueOnce({ genuine: false });
  expect(await ask()).toEqual({ genuine: false });
  asked.mockRejectedValueOnce(new KitError("validator_unavailable"));
  await expect(ask()).rejects.toThrow();
  expect(await ask()).toEqual({ genuine: true, accessId: "p-gateway" });
});

test("one verdict says nothing about another token, access id or item", async () => {
  const { asked, ask } = setUp(30_000);
  await ask();
  await ask({ token: "a.b.d" });
  await ask({ accessId: "p-other" });
  await ask({ item: "/prod/other" });
  expect(asked).toHaveBeenCalledTimes(4);
});

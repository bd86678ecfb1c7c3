import { expect, test } from "vitest";
import { systemClock } from "../../../../common/clock.ts";
import { Gateway } from "../../../../stacks/gateway/client.ts";
import { connectionFrom } from "../../../../stacks/gateway/connection.ts";
import { checkItem } from "../../../../stacks/operations/check.ts";
import type { Prover } from "../../../../stacks/operations/item/store-proved.ts";
import { setStage } from "../../harness/gateway/api.ts";

const ITEM = "/prod/app";

/** A prover to whom one payload opens the account. */
const opens = (right: string): Prover => ({
  withPassword: (payload) => payload,
  prove: async (payload) => ({
    system: "app",
    probe: { result: payload === right ? "valid" : "invalid" },
  }),
});

/** An item whose versions held these payloads, one after another; a rotation works with `right`. */
async function stage(payloads: readonly string[], right: string, settings: object = {}) {
  const { gateway, createSecret, rotator, post } = await setStage();
  await createSecret({ "custom-payload": payloads[0], ...settings });
  for (const payload of payloads.slice(1)) {
    await post("/rotated-secret-update-custom", { name: ITEM, "custom-payload": payload });
  }
  rotator.answer = ({ body }) =>
    body.payload === right ? "renewed" : { status: 409, body: "out_of_sync" };
  const client = new Gateway(
    connectionFrom({
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
    }),
    { clock: systemClock },
  );
  const check = async (prover?: Prover) => {
    const results = await checkItem(client, ITEM, {
      rotate: true,
      environment: {},
      expectation: {},
      clock: systemClock,
      ...(prover && { prover }),
    });
    return results.map(({ check: question, result, detail }) => `${question} ${result}: ${detail}`);
  };
  return { check, stored: () => gateway.item(ITEM)?.versions.at(-1)?.payload };
}

test("a payload that an older one was written over is named, with the command that restores it", async () => {
  const { check, stored } = await stage(["first", "second", "third", "second"], "third");
  const [rotation, payload] = await check();
  expect(rotation).toMatch(/^rotation failed/);
  expect(payload).toBe(
    "versions failed: the payload of version 2 was written over that of version 3: run rotation-kit item repair /prod/app --config rotator.yaml --version 3, which logs in first",
  );
  expect(stored()).toBe("second");
});

test("it is restored where a login proves it, and the rotation is made again", async () => {
  const { check, stored } = await stage(["first", "second", "first"], "second");
  const [rotation, payload] = await check(opens("second"));
  expect(rotation).toMatch(/^rotation passed/);
  expect(payload).toMatch(
    /^versions passed: .*version 2 was restored, after a login had proved it$/,
  );
  expect(stored()).toBe("renewed");
});

test("it is not restored where the login is refused", async () => {
  const { check, stored } = await stage(["first", "second", "first"], "second");
  const [, payload] = await check(opens("something else"));
  expect(payload).toMatch(/^versions failed: not restored: /);
  expect(stored()).toBe("first");
});

test("a rotation that fails for another reason is not a lost payload", async () => {
  const { check } = await stage(["first", "second"], "third");
  expect(await check()).toEqual([expect.stringMatching(/^rotation failed/)]);
});

test("it says that it does not know where Akeyless kept no earlier version", async () => {
  const { check } = await stage(["first", "second", "first"], "second", { "max-versions": "1" });
  const [rotation, payload] = await check(opens("second"));
  expect(rotation).toMatch(/^rotation failed/);
  expect(payload).toMatch(/^versions unknown: not known: /);
});

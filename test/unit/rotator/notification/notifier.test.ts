import { createHmac } from "node:crypto";
import { pino } from "pino";
import { expect, test } from "vitest";
import { systemClock } from "../../../../common/clock.ts";
import { isGenuine } from "../../../../docs/examples/verify-notification.ts";
import { notifySchema } from "../../../../rotator/notification/config.ts";
import type { Deliver } from "../../../../rotator/notification/deliver.ts";
import { type Message, signatureOf } from "../../../../rotator/notification/message.ts";
import { createNotifier } from "../../../../rotator/notification/notifier.ts";
import { IN_MEMORY, type Spool } from "../../../../rotator/notification/spool.ts";

const ROTATED = { item: "/prod/app", system: "app", generation: 3 };

/** A notifier whose pauses are over at once, and what it tried, counted and slept. */
function notifierWith(
  deliver: Deliver,
  {
    queue = 10,
    attempts = 3,
    spool = IN_MEMORY,
  }: { queue?: number; attempts?: number; spool?: Spool } = {},
) {
  const pauses: number[] = [];
  const counted: string[] = [];
  const notifier = createNotifier({
    deliver,
    spool,
    left: [],
    bounds: { queue, attempts, delayMs: 2_000 },
    clock: { ...systemClock, sleep: async (ms) => void pauses.push(ms) },
    log: pino({ level: "silent" }),
    count: (result) => counted.push(result),
  });
  const settled = async () => {
    while (notifier.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return { notifier, pauses, counted, settled };
}

test("a message is repeated with growing pauses until it is taken, under one id", async () => {
  const tried: Message[] = [];
  const { notifier, pauses, counted, settled } = notifierWith(async (message) => {
    tried.push(message);
    return tried.length < 3 ? "status_503" : undefined;
  });
  await notifier.announce(ROTATED);
  await settled();
  expect(tried.map(({ id }) => id)).toEqual(Array(3).fill(tried[0]?.id));
  expect(tried[0]).toMatchObject({ version: 1, event: "rotated", ...ROTATED });
  expect(pauses).toEqual([2_000, 1_000, 2_000]);
  expect(counted).toEqual(["delivered"]);
});

test("attempts are bounded", async () => {
  let tried = 0;
  const { notifier, counted, settled } = notifierWith(async () => {
    tried += 1;
    return "ECONNREFUSED";
  });
  await notifier.announce(ROTATED);
  await settled();
  expect(tried).toBe(3);
  expect(counted).toEqual(["given_up"]);
});

test("so is what waits", async () => {
  const { notifier, counted } = notifierWith(() => new Promise(() => {}), { queue: 2 });
  for (let turn = 0; turn < 5; turn += 1) await notifier.announce(ROTATED);
  expect(notifier.waiting).toBe(2);
  expect(counted).toEqual(["dropped", "dropped", "dropped"]);
});

test("a message that is delivered before a slow folder has kept it is not left there", async () => {
  const folder = new Set<string>();
  let written = false;
  let write = () => {};
  const spool: Spool = {
    lasts: true,
    keep: async ({ id }) => {
      await new Promise<void>((resolve) => {
        write = resolve;
      });
      folder.add(id);
      written = true;
    },
    forget: async (id) => void folder.delete(id),
  };
  const delivered = new Promise<void>((resolve) => {
    const deliver = async () => {
      resolve();
      return undefined;
    };
    const { notifier } = notifierWith(deliver, { spool });
    void notifier.announce(ROTATED);
  });
  await delivered;
  await new Promise((resolve) => setImmediate(resolve));
  write();
  await expect.poll(() => ({ written, left: [...folder] })).toEqual({ written: true, left: [] });
});

test("a folder that fails, or hangs, holds no answer up", async () => {
  const broken = { lasts: true, forget: async () => {} };
  const failing = { ...broken, keep: async () => Promise.reject(new Error("ENOSPC")) };
  const hanging = { ...broken, keep: () => new Promise<void>(() => {}) };
  for (const spool of [failing, hanging]) {
    const { notifier, counted, settled } = notifierWith(async () => undefined, { spool });
    await notifier.announce(ROTATED);
    await settled();
    expect(counted).toEqual(["delivered"]);
  }
});

test("the example receiver believes what the rotator signs, and nothing else", () => {
  const now = 1_700_000_000_999;
  const signature = signatureOf("{}", "a secret", now);
  expect(isGenuine("{}", signature, "a secret", now)).toBe(true);
  expect(isGenuine("{} ", signature, "a secret", now)).toBe(false);
  expect(isGenuine("{}", signature, "another", now)).toBe(false);
  expect(isGenuine("{}", signature, "a secret", now + 301_000)).toBe(false);
  expect(isGenuine("{}", "", "a secret", now)).toBe(false);
});

test("the signature is HMAC-SHA256 of time and body", () => {
  const mac = createHmac("sha256", "a secret").update('1700000000.{"a":1}').digest("hex");
  expect(signatureOf('{"a":1}', "a secret", 1_700_000_000_999)).toBe(`t=1700000000,v1=${mac}`);
});

test.each([
  [{ url: "https://hooks.internal/rotated" }, "secret_file"],
  [{ secret_env: "S" }, "url"],
  [{ secret_env: "S", url: "https://a", command: "/bin/true" }, "url"],
  [{ secret_env: "S", url: "http://hooks.internal" }, "url"],
  [{ secret_env: "S", url: "https://user:pw@hooks.internal" }, "url"],
  [{ secret_env: "S", command: "reload" }, "command"],
])("%j is refused at %s", (config, path) => {
  const issues = notifySchema.safeParse(config).error?.issues ?? [];
  expect(issues.map((issue) => issue.path[0])).toContain(path);
});

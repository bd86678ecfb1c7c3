import { expect, onTestFinished, test } from "vitest";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import { type MemoryRotatorOptions, startMemoryRotator } from "../../../harness/memory-rotator.ts";

async function serve(options: MemoryRotatorOptions = {}) {
  const stage = await startMemoryRotator(options);
  onTestFinished(() => stage.stop());
  const { url, metricsUrl } = stage.rotator;
  const send = async (item: number, payload: string) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        AkeylessCreds: stage.token(`/item/${item}`),
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ payload }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const rotate = (item = 0, password = `first password ${item}`) =>
    send(item, JSON.stringify({ system: "memory", username: `user-${item}`, password }));
  const metrics = async () => (await fetch(`${metricsUrl}/metrics`)).text();
  return { ...stage, url, send, rotate, metrics };
}

test("Akeyless is asked about no more tokens at once than limits.validations", async () => {
  let asked = 0;
  let atOnce = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const validator = await listenOnLoopback(async (_, response) => {
    asked += 1;
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise<void>((resolve) => waiting.push(resolve));
    atOnce -= 1;
    response.writeHead(401).end("{}");
  });
  onTestFinished(() => validator.stop());
  const { rotate, contacts } = await serve({
    changes: {
      akeyless: { access_ids: ["p-gateway"], validation_url: validator.url },
      limits: { validations: 3 },
    },
  });
  const all = Promise.all(Array.from({ length: 12 }, () => rotate()));
  for (let answered = 0; answered < 12; answered += 3) {
    await expect.poll(() => waiting.length).toBe(3);
    for (const answer of waiting.splice(0)) answer();
  }
  expect(new Set((await all).map(({ status }) => status))).toEqual(new Set([401]));
  expect({ asked, most, contacts: contacts() }).toEqual({ asked: 12, most: 3, contacts: 0 });
});

test("metrics name systems, items and codes, and no users", async () => {
  const { rotate, metrics } = await serve({ items: 2 });
  expect(await rotate(0)).toMatchObject({ status: 200 });
  expect(await rotate(1, "wrong")).toMatchObject({ status: 409 });
  const text = await metrics();
  for (const told of ['system="memory"', 'item="/item/0"', "out_of_sync"])
    expect(text).toContain(told);
  expect(text).not.toMatch(/user-\d|first password/);
});

test("failed logins stay counted when the configuration is read again", async () => {
  const { rotate, reload, contacts } = await serve();
  for (let call = 0; call < 3; call += 1) {
    expect(await rotate(0, `wrong ${call}`)).toMatchObject({ status: 409 });
    await reload();
  }
  expect(contacts()).toBeLessThanOrEqual(4);
});

test("the right payload is let through after wrong ones, also when the configuration is read again", async () => {
  const { send, rotate, reload } = await serve();
  const { payload } = JSON.parse((await rotate()).text);
  await reload();
  for (const wrong of ["wrong 1", "wrong 2"])
    expect(await rotate(0, wrong)).toMatchObject({ status: 409 });
  expect(await send(0, payload)).toMatchObject({ status: 200 });
});

test("an account has one rotation at a time, also while the configuration is read again", async () => {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { rotate, reload, contacts } = await serve({ latency: () => gate });
  const first = rotate();
  await expect.poll(contacts).toBe(1);
  await reload();
  const [again, other] = [rotate(), await rotate(0, "another password")];
  expect(other).toMatchObject({ status: 409, text: expect.stringContaining('"busy"') });
  expect(contacts()).toBe(1);
  letGo();
  expect(await again).toEqual(await first);
  expect(await first).toMatchObject({ status: 200 });
});

import { createHmac } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "../harness/free-port.ts";
import type { RotatorProcess } from "../harness/rotator-process.ts";
import {
  FIRST_PASSWORD,
  ITEM,
  type RotatorStage,
  setRotatorStage,
} from "../harness/rotator-stage.ts";

const SECRET = "a-secret-of-the-receiver";
const WAIT = { timeout: 60_000, interval: 20 };

let stage: RotatorStage;
let rotator: RotatorProcess | undefined;
let declared = false;

beforeAll(async () => {
  stage = await setRotatorStage();
  await writeFile(join(stage.directory, "notify.secret"), `${SECRET}\n`);
});

afterEach(() => rotator?.end("SIGKILL"));
afterAll(() => stage.stop());

async function start(notify: object): Promise<void> {
  rotator = await stage.startRotator({
    notify: { secret_file: "notify.secret", delay_ms: 0, ...notify },
  });
  if (declared) await stage.retarget(rotator.url);
  else await stage.declare(rotator.url);
  declared = true;
}

interface Received {
  readonly body: string;
  readonly signature: string;
  readonly id: string;
}

/** A receiver that answers with the given statuses in turn, then with 204. */
async function receiver(statuses: number[], port = 0) {
  const received: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { "rotation-kit-signature": signature, "rotation-kit-delivery": id } = request.headers;
    received.push({ body, signature: String(signature), id: String(id) });
    response.writeHead(statuses.shift() ?? 204, { connection: "close" }).end();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: bound } = server.address() as AddressInfo;
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { received, url: `http://127.0.0.1:${bound}/rotated`, stop };
}

/** As a receiver checks it. */
function isGenuine({ body, signature }: Received): boolean {
  const [, at, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  return createHmac("sha256", SECRET).update(`${at}.${body}`).digest("hex") === mac;
}

async function passwords(): Promise<string[]> {
  return [FIRST_PASSWORD, String((await stage.stored()).current_password)];
}

test("a receiver hears of a rotation, signed and without a secret, also when it refuses at first", async () => {
  const hook = await receiver([503]);
  await start({ url: hook.url });
  expect(await stage.rotate()).toMatchObject({ status: 200 });
  await vi.waitFor(() => expect(hook.received).toHaveLength(2), WAIT);
  const [first, second] = hook.received;
  expect(first?.id).toBe(second?.id);
  expect(hook.received.every(isGenuine)).toBe(true);
  const message = JSON.parse(second?.body ?? "");
  expect(message).toMatchObject({
    version: 1,
    event: "rotated",
    item: ITEM,
    system: "reporting-app",
  });
  for (const password of await passwords()) expect(second?.body).not.toContain(password);
  await vi.waitFor(async () => {
    const text = await (await fetch(`${rotator?.metricsUrl}/metrics`)).text();
    expect(text).toContain('rotator_notifications_total{result="delivered"} 1');
    expect(text).toContain("rotator_notifications_waiting 0");
  }, WAIT);
  await hook.stop();
});

test("a killed rotator loses no message; a receiver that is not there changes no answer", async () => {
  const port = await freePort();
  const notify = { url: `http://127.0.0.1:${port}/rotated`, directory: "undelivered" };
  await start(notify);
  expect(await stage.rotate()).toMatchObject({ status: 200 });
  await rotator?.end("SIGKILL");
  const hook = await receiver([], port);
  await start(notify);
  await vi.waitFor(() => expect(hook.received).toHaveLength(1), WAIT);
  expect(JSON.parse(hook.received[0]?.body ?? "")).toMatchObject({ item: ITEM });
  expect(hook.received.every(isGenuine)).toBe(true);
  await hook.stop();
});

test("a rotator that stops delivers first", async () => {
  const hook = await receiver([]);
  await start({ url: hook.url, delay_ms: 60_000 });
  expect(await stage.rotate()).toMatchObject({ status: 200 });
  await rotator?.end("SIGTERM");
  expect(hook.received).toHaveLength(1);
  await hook.stop();
});

test("a command gets the message on its input and the signature in its environment", async () => {
  const command = join(stage.directory, "told");
  const told = join(stage.directory, "told.txt");
  const script = `#!/bin/sh\n{ echo "$ROTATION_KIT_SIGNATURE"; echo "$ROTATION_KIT_DELIVERY"; cat; } > ${told}.new && mv ${told}.new ${told}\n`;
  await writeFile(command, script);
  await chmod(command, 0o700);
  await start({ command });
  expect(await stage.rotate()).toMatchObject({ status: 200 });
  const text = await vi.waitFor(() => readFile(told, "utf8"), WAIT);
  const [signature = "", id = "", body = ""] = text.split("\n");
  expect(isGenuine({ signature, id, body })).toBe(true);
  expect(JSON.parse(body)).toMatchObject({ id, item: ITEM });
});

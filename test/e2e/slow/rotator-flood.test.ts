import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { limitsSchema } from "../../../rotator/config/limits.ts";
import { setRotatorStage } from "../../harness/rotator-stage.ts";

const ATTACKERS = 10_000;

test("an honest caller gets through 10,000 half-open connections, and the metric counts those that went", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  // None may go by its time limit: this is about the number of them.
  const rotator = await stage.startRotator({
    limits: { headers_ms: 60_000, receive_ms: 60_000 },
  });
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await rotator.end("SIGKILL");
  });
  await stage.declare(rotator.url);
  const port = Number(new URL(rotator.url).port);
  while (sockets.length < ATTACKERS) {
    const more = Array.from({ length: 250 }, () => connect({ port, host: "127.0.0.1" }));
    sockets.push(...more);
    for (const socket of more) socket.on("error", () => {});
    await Promise.all(more.map((socket) => once(socket, "connect")));
  }
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  const metrics = await (await fetch(`${rotator.metricsUrl}/metrics`)).text();
  const evicted = /^rotator_connections_evicted_total (\d+)$/m.exec(metrics)?.[1];
  // As many as may be open still are, the honest one among them.
  const open = limitsSchema.parse({}).connections;
  expect(Number(evicted)).toBeGreaterThan(ATTACKERS - open);
});

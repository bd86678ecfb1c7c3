import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createAdminServer } from "../../../../rotator/http/admin-server.ts";
import { bind } from "../../../../rotator/http/listen.ts";
import { createMetrics } from "../../../../rotator/observability/metrics.ts";

test("the second port tells about life, readiness and metrics, and nothing else", async () => {
  let ready = true;
  const metrics = createMetrics({ running: () => 3, waiting: () => 4 });
  const server = createAdminServer(metrics, () => ready);
  const port = await bind(server, { host: "127.0.0.1", port: 0 }, "metrics.port");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const get = async (path: string, method = "GET") => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return { status: response.status, text: await response.text() };
  };
  expect((await get("/livez")).status).toBe(200);
  expect((await get("/readyz")).status).toBe(200);
  ready = false;
  expect((await get("/readyz")).status).toBe(503);
  expect((await get("/livez")).status).toBe(200);
  const { text } = await get("/metrics");
  expect(text).toContain("rotator_rotations_in_flight 3");
  expect(text).toContain("rotator_rotations_queued 4");
  expect((await get("/rotate")).status).toBe(404);
  expect((await get("/metrics", "POST")).status).toBe(405);
});

test("a probe gets through although somebody holds every connection", async () => {
  const metrics = createMetrics({ running: () => 0, waiting: () => 0 });
  const server = createAdminServer(metrics, () => true);
  const port = await bind(server, { host: "127.0.0.1", port: 0 }, "metrics.port");
  const held: Socket[] = [];
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    for (const socket of held) socket.destroy();
  });
  const open = () => new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)));
  const hold = async () => {
    const accepted = once(server, "connection");
    held.push(connect(port, "127.0.0.1").on("error", () => {}));
    await accepted;
  };
  for (let count = 0; count < 64; count += 1) await hold();
  expect(await open()).toBe(64);
  const [oldest, second] = held;
  if (oldest === undefined || second === undefined) throw new Error("nothing is held");
  // Who asks is not idle: the next one has to go instead.
  const answered = once(oldest, "data");
  oldest.write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  expect(String((await answered)[0])).toContain("200 OK");
  const gone = once(second, "close");
  const response = await fetch(`http://127.0.0.1:${port}/livez`);
  expect(response.status).toBe(200);
  await gone;
  expect(oldest.destroyed).toBe(false);
  expect(await open()).toBe(64);
});

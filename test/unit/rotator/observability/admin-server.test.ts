import { expect, onTestFinished, test } from "vitest";
import { bind } from "../../../../rotator/http/listen.ts";
import { createAdminServer } from "../../../../rotator/observability/admin-server.ts";
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

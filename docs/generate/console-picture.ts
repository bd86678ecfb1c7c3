/**
 * Makes the pictures of the console in docs/images: `npm run docs:console`, with Chromium. The items,
 * the times and the faults are the same every time; only what the machine takes differs.
 */
import path from "node:path";
import { startBrowser } from "../../test/harness/browser.ts";
import { startGateway } from "../../test/harness/index.ts";
import { listenOnLoopback } from "../../test/harness/loopback.ts";
import { VirtualClock } from "../../test/harness/virtual-clock.ts";

const DAY = 86_400_000;
const images = path.resolve(import.meta.dirname, "../images");

const item = "/prod/billing/admin";
const opening = new Set(["first"]);
let count = 0;
const rotator = await listenOnLoopback(async (request, response) => {
  await fetch(`${gateway.url}/validate-producer-credentials`, {
    method: "POST",
    body: JSON.stringify({
      creds: request.headers.akeylesscreds,
      expected_access_id: gateway.gatewayAccessId,
    }),
  });
  count += 1;
  opening.clear();
  opening.add(`password-${count}`);
  response.end(JSON.stringify({ payload: `password-${count}` }));
});
const gateway = await startGateway({
  seed: 1,
  clock: new VirtualClock(Date.UTC(2026, 10, 2, 2)),
  login: async (payload) => opening.has(payload),
});
for (const name of [item, "/prod/crm/report", "/prod/wiki/bot"])
  await gateway.declare({ name, target: rotator.url, payload: "first" });
await gateway.rotate(item);
await gateway.advance(9 * DAY);
await gateway.rotate(item);
await gateway.advance(5 * DAY);
gateway.faults.inject("keep-old", { item });
await gateway.rotate(item);
await gateway.advance(2 * DAY);

const browser = await startBrowser();
for (const colorScheme of ["light", "dark"] as const) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1180, height: 860 } });
  await page.goto(gateway.consoleUrl);
  await page.getByRole("heading", { name: item }).waitFor();
  const suffix = colorScheme === "dark" ? "-dark" : "";
  await page.screenshot({ path: path.join(images, `console${suffix}.png`) });
}
await browser.close();
await gateway.stop();
await rotator.stop();

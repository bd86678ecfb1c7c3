import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hasBrowser, startBrowser } from "../../harness/browser.ts";
import { freePort } from "../../harness/free-port.ts";
import { type GatewayOptions, startGateway } from "../../harness/gateway/index.ts";
import { type GatewayStage, SECRET, setStage } from "../../unit/harness/gateway/api.ts";

if (!hasBrowser)
  process.stderr.write(
    "Chromium is not installed (Debian's package chromium): the console's tests are skipped.\n",
  );

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A name that a page must not read as HTML. */
const HOSTILE = `/app/<img src=x onerror="document.title='owned'">`;

const LONG = `/l${"o".repeat(3_000)}ong`;

describe.skipIf(!hasBrowser)("the console, in Chromium", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  async function newPage(options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const page = await browser.newPage(options);
    page.setDefaultTimeout(60_000);
    onTestFinished(() => page.close());
    return page;
  }

  /** Opens the console; the test fails for anything that the browser complains about. */
  async function open(
    address: string,
    options: Parameters<Browser["newPage"]>[0] = {},
  ): Promise<{ page: Page; requests: string[] }> {
    const page = await newPage(options);
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    onTestFinished(() => expect(complaints).toEqual([]));
    await page.goto(address);
    return { page, requests };
  }

  async function stageWith(options: GatewayOptions = {}): Promise<GatewayStage> {
    const stage = await setStage(options);
    await stage.createSecret({
      "auto-rotate": "true",
      "rotation-interval": "30",
      "secure-access-enable": "true",
      "secure-access-host": ["app01"],
      "rotate-after-disconnect": "true",
    });
    return stage;
  }

  const press = (page: Page, name: string) => page.getByRole("button", { name }).click();

  test("shows what happens without a reload: a rotation, its steps, its failure and the clock", async () => {
    const stage = await stageWith();
    const { page, requests } = await open(stage.gateway.consoleUrl);
    await page.getByRole("heading", { name: SECRET }).waitFor();
    expect(page.url()).not.toContain(stage.gateway.controlToken);

    await stage.rotate();
    await page.getByText("version 2 stored after").waitFor();
    const diagram = page.getByRole("img", { name: /^Sequence: gateway manual/ });
    expect(await diagram.getAttribute("aria-label")).toMatch(/rotator answered after \d+ ms/);

    stage.rotator.answer = () => ({ status: 500, body: '{"error":"no such account"}' });
    await press(page, "Rotate now");
    await page.getByText("failed after").first().waitFor();
    expect(await page.getByText("no such account").count()).toBeGreaterThan(0);

    stage.rotator.answer = () => "rotated by the clock";
    await page.getByLabel("Move ahead by").fill("40");
    await press(page, "Move");
    await page.getByText("version 3 stored after").waitFor();
    expect(await page.getByText("scheduled").count()).toBeGreaterThan(0);
    expect(stage.gateway.item(SECRET)?.lastVersion).toBe(3);
    expect(requests.every((url) => url.startsWith(stage.gateway.url))).toBe(true);
  });

  test("hides values until they are asked for, and again afterwards", async () => {
    const stage = await stageWith();
    const { page } = await open(stage.gateway.consoleUrl);
    await page.getByRole("heading", { name: SECRET }).waitFor();
    await stage.rotate();
    await page.getByText("version 2 stored after").waitFor();
    expect(await page.content()).not.toContain("rotated-1");
    await press(page, "Show version 2");
    await page.getByText("rotated-1").waitFor();
    expect(await page.content()).not.toContain(">first<");
    await press(page, "Hide version 2");
    await page.getByText("Version 2 is hidden.").waitFor();
    expect(await page.content()).not.toContain("rotated-1");

    // Another account may have another item under the same number.
    await press(page, "Show version 2");
    await page.getByText("rotated-1").waitFor();
    stage.gateway.importState(stage.gateway.exportState());
    await page.getByText("rotated-1").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Show version 2" }).waitFor();
  });

  test("shows Web Targets, the schedule and Secure Remote Access, and lets the clock run and stand", async () => {
    const stage = await stageWith();
    const { page } = await open(stage.gateway.consoleUrl);
    await page.getByRole("heading", { name: "Web Targets (1)" }).waitFor();
    await page.getByRole("row", { name: `/rotator ${stage.rotator.url} 1` }).waitFor();
    const next = new Date(stage.gateway.clock.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const fact = (name: string) =>
      page.locator("dl div").filter({ has: page.getByText(name, { exact: true }) });
    expect(await fact("Next rotation").textContent()).toContain(next);
    expect(await fact("Rotates by itself").textContent()).toContain("30 days");
    await page.getByText("hosts app01; rotates at once after a session.").waitFor();
    await stage.post("/update-item", { name: SECRET, "rotate-after-disconnect": "15" });
    await page.getByText("rotates 15 minutes after a session").waitFor();

    await press(page, "To the next rotation");
    await page.getByText("version 2 stored after").waitFor();
    expect(await stage.payload()).toBe("rotated-1");
    await page.getByText("stands still").waitFor();
    await press(page, "An hour each second");
    await page.getByText("runs 3600 times as fast").waitFor();
    await press(page, "Stand still");
    await page.getByText("stands still").waitFor();
  });

  test("switches faults on and takes them back; opens and closes a session", async () => {
    const stage = await stageWith();
    const { page } = await open(stage.gateway.consoleUrl);
    await page.getByRole("combobox", { name: "Fault" }).selectOption("rotation reset-after");
    await page.getByRole("combobox", { name: "For" }).selectOption(SECRET);
    await page.getByLabel("Times").fill("2");
    await press(page, "Switch on");
    await page.getByText(`reset-after at rotation, ${SECRET}, 2 times`).waitFor();
    await press(page, "Rotate now");
    await page.getByText("Fault: reset-after").waitFor();
    await press(page, "Take all back");
    await page.getByText("None waits.").waitFor();
    expect(stage.gateway.faults.pending()).toEqual([]);

    await page.getByLabel("User").fill("ada");
    await press(page, "Open a session");
    await press(page, "Close the session of ada");
    await page.getByText("ada had a session from").waitFor();
    // The arrow shows while the rotation is under way; this only when it has ended.
    await page.getByText("version 2 stored after").waitFor();
    expect(await page.getByText("payload (session-ended)").count()).toBe(1);
    expect(await stage.payload()).toBe("rotated-2");
  });

  test("says who could log in when, where somebody can be asked", async () => {
    const stage = await stageWith({ login: async (payload) => payload === "rotated-1" });
    const { page } = await open(stage.gateway.consoleUrl);
    await page.getByRole("heading", { name: SECRET }).waitFor();
    await stage.rotate();
    await page.getByText(/Version 2: served from .* it opened the account/).waitFor();
    await page.getByText(/Version 1: served from .* it was refused/).waitFor();
    const step = page.getByText("login: version 2 accepted, version 1 refused");
    await step.first().waitFor();
    expect(await step.count()).toBe(1);
  });

  test("puts names in as text, and a page of another origin gets nothing", async () => {
    const stage = await stageWith();
    await stage.post("/rotated-secret-create-custom", {
      ...{ name: HOSTILE, "target-name": "/rotator", "custom-payload": "x" },
      ...{ description: "<script>document.title='owned'</script>", tags: ["<b>tag</b>"] },
      ...{ "secure-access-enable": "true", "secure-access-host": [HOSTILE] },
    });
    await stage.post("/target-create-web", {
      name: HOSTILE,
      url: `javascript:alert("${HOSTILE}")`,
    });
    stage.gateway.openSession(HOSTILE, HOSTILE);
    stage.gateway.faults.inject("keep-old", { item: HOSTILE });
    stage.rotator.answer = () => ({ status: 500, body: HOSTILE });
    await stage.gateway.rotate(HOSTILE);
    const { page } = await open(stage.gateway.consoleUrl);
    await page.getByRole("button", { name: HOSTILE, exact: true }).click();
    await page.getByRole("heading", { name: HOSTILE }).waitFor();
    await page.getByText("failed after").first().waitFor();
    expect(await page.locator("main img:not([role]), main script, main b").count()).toBe(0);
    expect(await page.locator("main a[href^=javascript]").count()).toBe(0);
    expect(await page.title()).toBe("Emulated Akeyless Gateway");

    const stranger = await startGateway();
    onTestFinished(() => stranger.stop());
    const other = await newPage();
    await other.goto(`${stranger.url}/console`);
    const token = stage.gateway.controlToken;
    const outcome = await other.evaluate(
      async ([url, given]) => {
        const headers = { "x-emulator-token": given ?? "" };
        const read = await fetch(`${url}/_emulator/state`, { headers }).catch(() => "refused");
        const simple = await fetch(`${url}/_emulator/reset`, {
          ...{ method: "POST", mode: "no-cors" as const },
        }).catch(() => "refused");
        return [read, simple].map(String);
      },
      [stage.gateway.url, token],
    );
    expect(outcome).toEqual(["refused", "refused"]);
    expect(stage.gateway.item(HOSTILE)).toBeDefined();
  });

  test("stays usable with ten thousand items, and with a name that is longer than any window", async () => {
    const stage = await stageWith();
    const state = stage.gateway.exportState();
    const [item] = state.items;
    if (!item) throw new Error("nothing was declared");
    const items = Array.from({ length: 10_000 }, (_, index) => ({
      ...structuredClone(item),
      ...{ id: 5_000 + index, name: index === 9_999 ? LONG : `/many/${index}` },
    }));
    stage.gateway.importState({ ...state, items });
    const { page } = await open(stage.gateway.consoleUrl, {
      viewport: { width: 320, height: 640 },
    });
    await page.getByRole("heading", { name: "Items (10000)" }).waitFor();
    await page.getByText("9800 more; write a part of the name to find them.").waitFor();
    await page.getByLabel("Only names with").fill("/many/9876");
    await press(page, "/many/9876");
    await page.getByRole("heading", { name: "/many/9876" }).waitFor();
    await press(page, "Rotate now");
    await page.getByText("version 2 stored after").waitFor();

    await page.getByLabel("Only names with").fill("/looo");
    await press(page, LONG);
    await page.getByRole("heading", { name: LONG }).waitFor();
    const beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(beyond)).toBeLessThanOrEqual(0);
  });

  test("asks for a token where it has none, and again where it is wrong", async () => {
    const { gateway } = await stageWith();
    const page = await newPage();
    await page.goto(`${gateway.url}/console`);
    await page.getByRole("textbox", { name: "Token" }).fill("not the token");
    await press(page, "Connect");
    await page.getByText("The gateway refused this token.").waitFor();
    await page.getByRole("textbox", { name: "Token" }).fill(gateway.controlToken);
    await press(page, "Connect");
    await page.getByRole("heading", { name: SECRET }).waitFor();
  });

  test("goes on when the gateway was started again", async () => {
    const port = await freePort();
    const first = await startGateway({ port });
    const page = await newPage();
    await page.goto(first.consoleUrl);
    await page.getByText("Connected").waitFor();
    await first.stop();
    await page.getByText("The connection is lost").waitFor();
    const again = await startGateway({ port, controlToken: first.controlToken });
    onTestFinished(() => again.stop());
    await page.getByText("Connected").waitFor();
  });

  test("works by keyboard alone", async () => {
    const stage = await stageWith();
    const { page } = await open(stage.gateway.consoleUrl);
    await page.getByRole("heading", { name: SECRET }).waitFor();
    const focused = () => page.evaluate("document.activeElement?.textContent?.trim()");
    for (let presses = 0; presses < 40 && (await focused()) !== "Rotate now"; presses += 1)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("version 2 stored after").waitFor();
    expect(await focused()).toBe("Rotate now");
  });

  test.each([
    ["a light, wide window", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
    ["a dark, narrow window", { colorScheme: "dark", viewport: { width: 320, height: 640 } }],
  ] as const)("has no findings of axe-core and no sideways scrolling in %s", async (_, options) => {
    const stage = await stageWith({ login: async () => true });
    await stage.rotate();
    stage.gateway.openSession(SECRET);
    stage.gateway.faults.inject("keep-old", { item: SECRET });
    stage.rotator.answer = () => ({ status: 500, body: "no" });
    await stage.rotate();
    const { page } = await open(stage.gateway.consoleUrl, options);
    await page.getByText("failed after").first().waitFor();
    await press(page, "Show version 2");
    await page.getByText("rotated-1").waitFor();
    await page.evaluate(axe);
    const results = (await page.evaluate("axe.run()")) as AxeResults;
    expect(results.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual(
      [],
    );
    const beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(beyond)).toBeLessThanOrEqual(0);
    const ground = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(ground).toBe(options.colorScheme === "dark" ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)");
  });
});

import { expect, test } from "vitest";
import { checkCommand } from "../../../../stacks/operations/check-command.ts";
import { rotateCommand } from "../../../../stacks/operations/rotate-command.ts";
import { statusCommand } from "../../../../stacks/operations/status-command.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { runKit } from "./run-command.ts";
import { type StubAnswers, startStub } from "./stub-gateway.ts";

interface Settings {
  name?: string;
  version?: number;
  error?: string;
  minutes?: boolean;
  last?: string;
  next?: string;
}

function item({ name = "/prod/app", version = 1, error, minutes = false, last, next }: Settings) {
  return {
    item_name: name,
    item_type: "ROTATED_SECRET",
    last_version: version,
    auto_rotate: true,
    rotation_interval: 30,
    last_rotation_date: last ?? "2026-11-01T00:00:00Z",
    next_rotation_date: next ?? "2026-12-01T00:00:00Z",
    item_general_info: {
      rotated_secret_details: {
        rotator_type: "custom",
        rotator_status: error ? "RotationFailed" : "RotationSucceeded",
        last_rotation_error: error ?? "",
        rotation_interval_min: minutes,
        timeout_seconds: 40,
      },
      secure_remote_access_details: { enable: true, host: ["b", "a"] },
    },
  };
}

/** A gateway with one item whose rotation succeeds, or fails with an error text. */
function oneItem(settings: Settings & { rotationError?: string }): StubAnswers {
  let version = 1;
  return {
    "/auth": { body: { token: "t" } },
    "/describe-item": () => ({ body: item({ ...settings, version }) }),
    "/gateway-rotate-secret": () => {
      if (settings.rotationError) return { status: 500, body: { error: settings.rotationError } };
      version += 1;
      return { body: { name: "/prod/app" } };
    },
  };
}

const environment = (url: string) => ({
  AKEYLESS_GATEWAY: url,
  AKEYLESS_ACCESS_ID: "p-1",
  AKEYLESS_ACCESS_KEY: "canary",
});

test("rotate shows the versions before and after", async () => {
  await using stub = await startStub(oneItem({}));
  const run = await runKit(rotateCommand, ["/prod/app", "--json"], environment(stub.url));
  expect(run.exitCode).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({
    schema: "rotation-kit/rotate/v1",
    ok: true,
    items: [
      { name: "/prod/app", version_before: 1, version_after: 2, status: "RotationSucceeded" },
    ],
  });
});

test("a failed rotation is a finding that shows the item's own error", async () => {
  const rotationError = "creds rotation failed: unexpected response code 503: busy";
  await using stub = await startStub(oneItem({ rotationError }));
  const run = await runKit(rotateCommand, ["/prod/app"], environment(stub.url));
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain(rotationError);
});

test.each([
  [
    'creds rotation failed: unexpected response code 422: {"code":"policy_rejected","message":"no"}',
    "rotation_failed (policy_rejected): ",
    "Make the password policy of the item",
    "definitive",
  ],
  [
    'creds rotation failed: unexpected response code 409: {"code":"busy","message":"no"}',
    "rotation_failed (busy): ",
    "Rotate again a little later",
    "passing",
  ],
  [
    "creds rotation failed: unexpected response code 403: no access",
    "rotation_failed: ",
    "correct what the rotator's answer names",
    "definitive",
  ],
  [
    "creds rotation failed: no route to host",
    "rotation_failed: ",
    "read the rotator's log",
    "passing",
  ],
])("a failed rotation comes with the remedy of its own code: %s", async (...given) => {
  const [rotationError, code, remedy, kind] = given;
  await using stub = await startStub(oneItem({ rotationError }));
  const run = await runKit(rotateCommand, ["/prod/app"], environment(stub.url));
  expect(run.stdout).toBe("ITEM\tRESULT\tVERSION\tTIME\n/prod/app\tfailed\t\t\n");
  expect(run.stderr).toContain(`/prod/app: ${code}`);
  expect(run.stderr).toContain(remedy);
  const json = await runKit(rotateCommand, ["/prod/app", "--json"], environment(stub.url));
  expect(JSON.parse(json.stdout)).toMatchObject({ items: [{ error: { kind } }] });
});

/** A gateway whose rotations end when they are told to. */
async function waitingGateway(failing: string[] = []) {
  const waiting = new Map<string, () => void>();
  const started: string[] = [];
  const versions = new Map<string, number>();
  const stub = await startStub({
    "/auth": { body: { token: "t" } },
    "/describe-item": ({ name }) => ({
      body: item({ name: String(name), version: versions.get(String(name)) ?? 1 }),
    }),
    "/gateway-rotate-secret": async ({ name }) => {
      started.push(String(name));
      await new Promise<void>((resolve) => waiting.set(String(name), resolve));
      versions.set(String(name), 2);
      return failing.includes(String(name))
        ? { status: 500, body: { error: "creds rotation failed: no route" } }
        : { body: { name } };
    },
  });
  return { stub, started, end: (name: string) => waiting.get(name)?.() };
}

test("an item is told as it ends, and some at the same time", async () => {
  const { stub, started, end } = await waitingGateway(["/b"]);
  await using _ = stub;
  const names = ["/a", "/b", "/c"];
  const lines: string[] = [];
  const told: string[] = [];
  const running = runKit(rotateCommand, ["--concurrency", "2", ...names], environment(stub.url), {
    seen: (text) => void lines.push(text.split("\t").slice(0, 2).join(" ").trim()),
    progress: (text) => void told.push(text),
  });
  await expect.poll(() => started.toSorted()).toEqual(["/a", "/b"]);
  end("/b");
  await expect.poll(() => started.toSorted()).toEqual(names);
  expect(lines).toEqual(["ITEM RESULT", "/b failed"]);
  end("/c");
  await expect.poll(() => lines).toContain("/c rotated");
  end("/a");
  expect((await running).exitCode).toBe(2);
  expect(lines.at(-1)).toBe("/a rotated");
  expect(told).toEqual([
    "reading 3 items ...",
    "[0 of 3 done] rotating /a ...",
    "[0 of 3 done] rotating /b ...",
    "[1 of 3 done] rotating /c ...",
  ]);
});

test("Ctrl-C tells what is done, what goes on, and what never began", async () => {
  const { stub, started, end } = await waitingGateway();
  await using _ = stub;
  let stop = () => {};
  const running = runKit(rotateCommand, ["--json", "/a", "/b", "/c"], environment(stub.url), {
    onInterrupt: (given) => {
      stop = given;
    },
  });
  await expect.poll(() => started).toEqual(["/a"]);
  end("/a");
  await expect.poll(() => started).toEqual(["/a", "/b"]);
  stop();
  const { exitCode, stdout } = await running;
  end("/b");
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    interrupted: true,
    items: [{ outcome: "rotated" }, { outcome: "unfinished" }, { outcome: "not-started" }],
  });
});

test("nothing is rotated when one of the names is wrong", async () => {
  const answers = oneItem({});
  await using stub = await startStub({
    ...answers,
    "/describe-item": ({ name }) =>
      name === "/prod/app"
        ? { body: item({}) }
        : { status: 404, body: { error: "Status 404 Not Found" } },
  });
  await expect(
    runKit(rotateCommand, ["/prod/app", "/prod/typo"], environment(stub.url)),
  ).rejects.toMatchObject({ code: "item_not_found" });
  expect(stub.requests.map(({ path }) => path)).not.toContain("/gateway-rotate-secret");
});

test("check passes when everything is as declared", async () => {
  await using stub = await startStub(oneItem({}));
  const expectation = {
    interval_unit: "days",
    rotator_budget_sec: 30,
    settings: {
      auto_rotate: "true",
      rotation_interval: "30",
      secure_access_enable: "true",
      secure_access_host: ["a", "b"],
    },
  };
  const run = await runKit(checkCommand, ["--item", "/prod/app", "--rotate", "--json"], {
    ...environment(stub.url),
    ROTATION_KIT_EXPECT: JSON.stringify(expectation),
  });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const { checks } = JSON.parse(run.stdout) as { checks: { check: string; result: string }[] };
  expect(checks.map(({ check, result }) => `${check} ${result}`)).toEqual([
    "rotation passed",
    "interval_unit passed",
    "time_limit passed",
    "settings passed",
  ]);
});

test("check names every difference, and goes on after a failed rotation", async () => {
  const rotationError = "creds rotation failed: unexpected response code 409: out_of_sync";
  await using stub = await startStub(oneItem({ rotationError, minutes: true }));
  const run = await runKit(checkCommand, ["--item", "/prod/app", "--rotate"], {
    ...environment(stub.url),
    ROTATION_KIT_EXPECT: JSON.stringify({
      interval_unit: "days",
      rotator_budget_sec: 40,
      settings: { auto_rotate: "true", secure_access_url: "https://a.example" },
    }),
  });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain(rotationError);
  expect(run.stderr).toContain("counts minutes, declared were days");
  expect(run.stderr).toContain("raise the time limit above 40");
  expect(run.stderr).toContain("secure_access_url: declared https://a.example, live (not set)");
  expect(run.stderr).toContain('secure_access_host: declared (not set), live ["a","b"]');
});

test("a live value cannot steer the terminal", async () => {
  const live = item({});
  live.item_general_info.secure_remote_access_details.host = ["\u001b[2J\nfake line\u202e"];
  await using stub = await startStub({ ...oneItem({}), "/describe-item": { body: live } });
  const run = await runKit(checkCommand, ["--item", "/prod/app"], {
    ...environment(stub.url),
    ROTATION_KIT_EXPECT: JSON.stringify({ settings: { secure_access_enable: "true" } }),
  });
  expect(run.exitCode).toBe(2);
  expect(run.stdout + run.stderr).toContain("fake line");
  expect(run.stdout.replaceAll(/[\n\t]/g, "") + run.stderr.trimEnd()).not.toMatch(
    /[\p{Cc}\p{Cf}]/u,
  );
});

test("an expectation with a setting that does not exist, or a payload, is refused", async () => {
  const expect_ = JSON.stringify({ settings: { custom_payload: "canary" } });
  const run = runKit(checkCommand, ["--item", "/prod/app"], {
    ...environment("http://127.0.0.1:1"),
    ROTATION_KIT_EXPECT: expect_,
  });
  await expect(run).rejects.toMatchObject({
    code: "declaration_invalid",
    message: expect.not.stringContaining("canary"),
  });
});

test("status sorts by trouble and leaves other rotator types out", async () => {
  const now = Date.parse("2026-11-10T00:00:00Z");
  const other = item({ name: "/prod/mysql" });
  other.item_general_info.rotated_secret_details.rotator_type = "mysql";
  const items = [
    item({ name: "/prod/fine" }),
    other,
    item({ name: "/prod/late", next: "2026-11-09T00:00:00Z" }),
    item({ name: "/prod/broken", error: "creds rotation failed: no route" }),
  ];
  await using stub = await startStub({
    "/auth": { body: { token: "t" } },
    "/list-items": { body: { items } },
  });
  const run = await runKit(statusCommand, ["--path", "/prod/"], environment(stub.url), {
    now: () => now,
  });
  expect(run.exitCode).toBe(2);
  const lines = run.stdout.trimEnd().split("\n");
  expect(lines.slice(1).map((line) => line.split("\t").slice(0, 3).join(" "))).toEqual([
    "/prod/broken failed 9d",
    "/prod/late overdue 9d",
    "/prod/fine ok 9d",
  ]);
  expect(lines[1]).toContain("no route");
});

test.each([
  ["nothing", []],
  ["other kinds of rotated secrets only", [{ ...item({}), item_general_info: {} }]],
])("status without any item is a finding: %s", async (_, items) => {
  await using stub = await startStub({
    "/auth": { body: { token: "t" } },
    "/list-items": { body: { items } },
  });
  const run = await runKit(statusCommand, ["--path", "/prdo/"], environment(stub.url));
  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toMatch(/sees no custom rotated secret below \/prdo\/.*role may list/);
  const json = await runKit(statusCommand, ["--json"], environment(stub.url));
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, items: [] });
});

test("a listing is read to its last page, and no further", async () => {
  await using stub = await startStub({
    "/auth": { body: { token: "t" } },
    "/list-items": (body) =>
      body["pagination-token"] === "second"
        ? { body: { items: [item({ name: "/prod/b" })], next_page: "second" } }
        : { body: { items: [item({ name: "/prod/a" })], next_page: "second" } },
  });
  const run = await runKit(statusCommand, ["--json"], environment(stub.url), {
    now: () => Date.parse("2026-11-02T00:00:00Z"),
  });
  const { items } = JSON.parse(run.stdout) as { items: { name: string }[] };
  expect(items.map(({ name }) => name)).toEqual(["/prod/a", "/prod/b"]);
});

test("status tells a failed rotation of the emulated gateway, on a terminal in columns", async () => {
  const { gateway, rotator, createSecret, rotate } = await setStage();
  await createSecret({ "auto-rotate": "true", "rotation-interval": "30" });
  await createSecret({ name: "/prod/untouched" });
  rotator.answer = () => ({ status: 409, body: '{"code":"out_of_sync","message":"no"}' });
  await rotate();
  const run = await runKit(
    statusCommand,
    [],
    {
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
    },
    { isTerminal: true, now: () => gateway.clock.now() },
  );
  expect(run.exitCode).toBe(2);
  const [head, failed, untouched] = run.stdout.split("\n");
  expect(head).toMatch(/^ITEM {13}STATE {10}AGE {2}LAST ROTATION {2}NEXT/);
  expect(failed).toMatch(/^\/prod\/app {8}failed /);
  expect(failed).toContain("unexpected response code 409");
  expect(untouched).toMatch(/^\/prod\/untouched {2}never-rotated {2}- /);
});

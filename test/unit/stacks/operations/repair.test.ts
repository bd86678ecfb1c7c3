import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkCommand } from "../../../../stacks/operations/check-command.ts";
import { itemCommand } from "../../../../stacks/operations/item-command.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { runKit } from "./run-command.ts";

const FIRST =
  '{"system":"app","username":"svc","password":"first","account":9007199254740991,"list":[1,2.5]}';

/** An item, and a rotator.yaml whose system takes one password. */
async function stage(right: string) {
  const gateway = await setStage();
  await gateway.createSecret({ "custom-payload": FIRST });
  const folder = await mkdtemp(join(tmpdir(), "rotation-kit-repair-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(
    join(folder, "app.mjs"),
    `import { appendFileSync } from "node:fs";
export const createSystem = () => ({
  probe: async ({ username, password }) => {
    appendFileSync(new URL("logins", import.meta.url), password + "\\n");
    if (password === "silence") return { result: "unknown", reason: "timed_out" };
    return { result: username === "svc" && password === ${JSON.stringify(right)} ? "valid" : "invalid" };
  },
  change: async () => ({ result: "refused", reason: "not here" }),
});
`,
  );
  const config = join(folder, "rotator.yaml");
  // Neither keys nor certificates are there: a repair needs the system alone.
  await writeFile(
    config,
    "keys: [{ id: k1, file: missing }]\nsystems: { app: { type: module, path: app.mjs } }\n",
  );
  const login = {
    AKEYLESS_GATEWAY: gateway.gateway.url,
    AKEYLESS_ACCESS_ID: gateway.gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.gateway.accessKey,
  };
  const repair = (args: string[], environment: Record<string, string> = {}) =>
    runKit(itemCommand, ["repair", "/prod/app", "--config", config, "--json", ...args], {
      ...login,
      ...environment,
    });
  const check = () =>
    runKit(checkCommand, ["--item", "/prod/app", "--rotate"], {
      ...login,
      ROTATION_KIT_CONFIG: config,
    });
  return { ...gateway, repair, check };
}

test("a password that a person has set is stored once it opens the account", async () => {
  const { repair, payload } = await stage("by-hand");
  const run = await repair([], { ROTATION_KIT_PASSWORD: "by-hand" });
  expect(JSON.parse(run.stdout)).toMatchObject({
    outcome: "repaired",
    from: "password",
    version_before: 1,
    version_after: 2,
  });
  expect(await payload()).toBe(FIRST.replace('"first"', '"by-hand"'));
  expect(run.stdout + run.stderr).not.toContain("by-hand");
  const again = await repair([], { ROTATION_KIT_PASSWORD: "by-hand" });
  expect(JSON.parse(again.stdout)).toMatchObject({ outcome: "unchanged", version_after: 2 });
});

test.each([
  ["wrong", /the system app refuses the given password/],
  ["silence", /did not say whether the given password is right \(timed_out\)/],
])("nothing is stored that the system does not accept: %s", async (password, message) => {
  const { repair, payload } = await stage("right");
  await expect(repair([], { ROTATION_KIT_PASSWORD: password })).rejects.toMatchObject({
    code: "repair_refused",
    exitCode: 2,
    message: expect.stringMatching(message),
  });
  expect(await payload()).toBe(FIRST);
});

test("an earlier version is stored again, whole, and what the rotator remembers with it", async () => {
  const { repair, payload, post } = await stage("second");
  const state = { v: 1, gen: 1, kid: "k1", policyId: "p", at: "2026-11-01T00:00:00Z", prev: "" };
  const second = JSON.stringify({
    system: "app",
    username: "svc",
    password: "second",
    _rotation: state,
  });
  await post("/rotated-secret-update-custom", { name: "/prod/app", "custom-payload": second });
  await post("/rotated-secret-update-custom", { name: "/prod/app", "custom-payload": FIRST });
  const run = await repair(["--version", "2"]);
  expect(JSON.parse(run.stdout)).toMatchObject({ outcome: "repaired", from: "version" });
  expect(await payload()).toBe(second);
  await expect(repair(["--version", "1"])).rejects.toMatchObject({ code: "repair_refused" });
  await expect(repair(["--version", "99"])).rejects.toMatchObject({ code: "item_not_found" });
});

test("a check that has the rotator's configuration in its environment repairs and rotates again", async () => {
  const { check, payload, post, rotator } = await stage("second");
  const second = FIRST.replace('"first"', '"second"');
  for (const written of [second, FIRST]) {
    await post("/rotated-secret-update-custom", { name: "/prod/app", "custom-payload": written });
  }
  rotator.answer = ({ body }) =>
    body.payload === second ? "renewed" : { status: 409, body: "out_of_sync" };
  const run = await check();
  expect(run.stdout).toMatch(/version 2 was restored, after a login had proved it/);
  expect(await payload()).toBe("renewed");
});

test("what belongs to the password before goes with it", async () => {
  const { repair, payload, post } = await stage("by-hand");
  const state = { v: 1, gen: 1, kid: "k1", policyId: "p", at: "2026-11-01T00:00:00Z", prev: "" };
  const account = { system: "app", username: "svc", current_password: "old" };
  const stored = JSON.stringify({ ...account, _rotation: state });
  await post("/rotated-secret-update-custom", { name: "/prod/app", "custom-payload": stored });
  await repair([], { ROTATION_KIT_PASSWORD: "by-hand" });
  expect(JSON.parse((await payload()) ?? "")).toEqual({
    ...account,
    current_password: "by-hand",
  });
});

test("the payload of another rotator is not restored, because no login can prove it", async () => {
  const { repair, payload, post } = await stage("first");
  const theirs = '{"user":"svc","key":"first"}';
  await post("/rotated-secret-update-custom", { name: "/prod/app", "custom-payload": theirs });
  await post("/rotated-secret-update-custom", { name: "/prod/app", "custom-payload": FIRST });
  await expect(repair(["--version", "2"])).rejects.toMatchObject({ code: "payload_invalid" });
  expect(await payload()).toBe(FIRST);
});

test("without a version and a password nothing is tried", async () => {
  const { repair } = await stage("x");
  await expect(repair([])).rejects.toMatchObject({
    code: "repair_source_missing",
    message: expect.stringContaining("ROTATION_KIT_PASSWORD"),
  });
});

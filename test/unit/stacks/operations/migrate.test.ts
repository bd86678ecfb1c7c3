import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { migratedPayload } from "../../../../stacks/operations/item/migrated-payload.ts";
import { itemCommand } from "../../../../stacks/operations/item-command.ts";
import type { GatewayOptions } from "../../../harness/gateway/index.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { temporaryFolder } from "../../rotator/temporary-folder.ts";
import { runKit } from "./run-command.ts";

const HOOK = '{"user":"svc","pass":"live-canary","host":"crm01","id":9007199254740991}';
const OURS =
  '{"system":"crm","username":"svc","password":"live-canary","host":"crm01","id":9007199254740991}';

/** An item that a hand-written webhook rotates, and a rotator.yaml whose system takes one password. */
async function stage(right: string, stored = HOOK, account: GatewayOptions = {}) {
  const gateway = await setStage(account);
  await gateway.createSecret({ "custom-payload": stored });
  const folder = temporaryFolder({
    "crm.mjs": `import { appendFileSync } from "node:fs";
export const createSystem = () => ({
  probe: async ({ username, password }) => {
    appendFileSync(new URL("logins", import.meta.url), "1");
    return { result: username === "svc" && password === "${right}" ? "valid" : "invalid" };
  },
  change: async () => ({ result: "refused", reason: "not here" }),
});
`,
    "rotator.yaml":
      "keys: [{ id: k1, file: none }]\nsystems: { crm: { type: module, path: crm.mjs } }\n",
    logins: "",
  });
  const migrate = (...args: readonly string[]) =>
    runKit(
      itemCommand,
      [
        "migrate",
        "/prod/app",
        "--config",
        join(folder, "rotator.yaml"),
        "--system",
        "crm",
        ...args,
      ],
      {
        AKEYLESS_GATEWAY: gateway.gateway.url,
        AKEYLESS_ACCESS_ID: gateway.gateway.accessId,
        AKEYLESS_ACCESS_KEY: gateway.gateway.accessKey,
      },
    );
  return { ...gateway, migrate };
}

describe("rotation-kit item migrate", () => {
  test("shows what would become of each field, without a value, and stores nothing", async () => {
    const { migrate, payload } = await stage("live-canary");
    const { stdout, stderr } = await migrate();
    expect(stdout.split("\n")).toEqual([
      "FIELD\tFROM\tWHAT",
      "system\t-\tnew",
      "username\tuser\tmoved",
      "password\tpass\tmoved",
      "host\thost\tkept",
      "id\tid\tkept",
      "",
    ]);
    expect(stderr).toContain("Nothing was stored");
    expect(stdout + stderr).not.toContain("canary");
    expect(await payload()).toBe(HOOK);
  });

  test("stores it with --yes, whole, and is safe to repeat", async () => {
    const { migrate, payload } = await stage("live-canary");
    const first = JSON.parse((await migrate("--yes", "--json")).stdout);
    expect(first).toMatchObject({ outcome: "migrated", version_before: 1, version_after: 2 });
    expect(await payload()).toBe(OURS);
    const again = JSON.parse((await migrate("--yes", "--json")).stdout);
    expect(again).toMatchObject({ outcome: "unchanged", version_after: 2 });
  });

  test("keeps the old payload as a version, with all that goes, whatever the account does", async () => {
    const { migrate, payload } = await stage("live-canary", HOOK, { keepPreviousVersion: false });
    await migrate("--yes");
    expect(await payload()).toBe(OURS);
    expect(await payload(1)).toBe(HOOK);
  });

  test("stores nothing that does not open the account", async () => {
    const { migrate, payload } = await stage("another");
    await expect(migrate("--yes")).rejects.toMatchObject({ code: "repair_refused", exitCode: 2 });
    expect(await payload()).toBe(HOOK);
  });
});

describe("the payload of another rotator", () => {
  const migrated = (stored: object | string, options = {}) =>
    migratedPayload("/prod/app", typeof stored === "string" ? stored : JSON.stringify(stored), {
      system: "crm",
      ...options,
    });

  test("a password that our rotator reads where it is stays there", () => {
    const { payload } = migrated({ username: "svc", current_password: "live", system: "crm" });
    expect(JSON.parse(payload)).toEqual({
      system: "crm",
      username: "svc",
      current_password: "live",
    });
  });

  test("one of several can be named, and the other goes, with what another rotator remembers", () => {
    const stored = { user: "svc", password: "old", current_password: "live", _rotation: { v: 9 } };
    const { payload, fields } = migrated(stored, { passwordField: "current_password" });
    expect(JSON.parse(payload)).toEqual({
      system: "crm",
      username: "svc",
      current_password: "live",
    });
    expect(fields.filter(({ outcome }) => outcome === "dropped").map(({ field }) => field)).toEqual(
      ["password", "_rotation"],
    );
  });

  test("a nested password moves, and leaves no copy that would grow old", () => {
    const stored = { db: { name: "crm", pass: "live" }, targets: ["a"] };
    const { payload } = migrated(stored, { passwordField: "/db/pass", username: "svc" });
    expect(JSON.parse(payload)).toEqual({
      system: "crm",
      username: "svc",
      password: "live",
      db: { name: "crm" },
      targets: ["a"],
    });
  });

  test.each([
    ["live-canary", "not a JSON object"],
    ['["live-canary"]', "not a JSON object"],
    ['{"user":"svc","key":"live-canary"}', "--password-field"],
    ['{"pass":"live-canary"}', "--username-field"],
    ['{"user":"svc","pass":"live-canary","token":"t-canary"}', "pass and token are there"],
  ])("refuses %s, and quotes no value", (stored, why) => {
    const refused = () => migrated(stored);
    expect(refused).toThrow(why);
    expect(refused).not.toThrow("canary");
  });
});

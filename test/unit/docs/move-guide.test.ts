import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startRotator } from "../../../rotator/index.ts";
import { itemCommand } from "../../../stacks/operations/item-command.ts";
import { rotateCommand } from "../../../stacks/operations/rotate-command.ts";
import { ACCOUNTS_MODULE } from "../../harness/accounts-module.ts";
import { startGateway } from "../../harness/index.ts";
import { postJson } from "../harness/gateway/api.ts";
import { temporaryFolder } from "../rotator/temporary-folder.ts";
import { runKit } from "../stacks/operations/run-command.ts";
import { commandsOfMarkdown } from "./command-lines.ts";

const PAGE = "docs/guides/move-from-another-rotator.md";
const shown = commandsOfMarkdown(
  readFileSync(new URL(`../../../${PAGE}`, import.meta.url), "utf8"),
).filter(({ toCopy }) => toCopy);

test("the guide's commands move two items, rotate, and go back", async () => {
  await using gateway = await startGateway();
  const folder = temporaryFolder({
    "crm.mjs": ACCOUNTS_MODULE,
    "accounts.json": '{"svc-crm":"live","svc-db":"live-db"}',
    "rotator.yaml": JSON.stringify({
      keys: [{ id: "k1", file: "none" }],
      systems: { crm: { type: "module", path: "crm.mjs" } },
      items: { "/prod/crm": { system: "crm", usernames: ["svc-crm"] } },
      log: { level: "error" },
    }),
  });
  const config = join(folder, "rotator.yaml");
  await using rotator = await startRotator({ config, akeyless: gateway.forRotator() });
  const target = rotator.url;
  const old = { user: "svc-crm", pass: "live", region: "eu" };
  const crm = await gateway.declare({ name: "/prod/crm", target, payload: old });
  const several = { database: { login: "svc-db", secret: "live-db" }, host: "db01" };
  await gateway.declare({ name: "/prod/crm-database", target, payload: several });

  const run = async (index: number) => {
    const [, command = "", ...args] = shown[index]?.words ?? [];
    const create = command === "rotate" ? rotateCommand : itemCommand;
    const words = args.map((word) => (word === "rotator.yaml" ? config : word));
    return runKit(create, words, {
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
    });
  };
  const payload = () => JSON.parse(gateway.payload(crm));

  expect(shown).toHaveLength(4);
  expect((await run(0)).stdout).toContain("username\tuser\tmoved");
  expect((await run(1)).stdout).toContain("password\t/database/secret\tmoved");
  expect(payload()).toEqual(old);
  const moved = { system: "crm", username: "svc-crm", password: "live", region: "eu" };
  expect((await run(2)).exitCode).toBe(0);
  expect(payload()).toEqual(moved);

  // The way back, and forth again.
  const login = { "access-id": gateway.accessId, "access-key": gateway.accessKey };
  const { token } = (await postJson(`${gateway.url}/auth`, login)).body;
  const back = { name: crm, "old-version": 1, token };
  expect((await postJson(`${gateway.url}/rollback-secret`, back)).status).toBe(200);
  expect(payload()).toEqual(old);
  await run(2);
  expect(payload()).toEqual(moved);

  const rotated = await run(3);
  expect(rotated.stdout + rotated.stderr).toContain("rotated");
  expect(payload().password).not.toBe("live");
});

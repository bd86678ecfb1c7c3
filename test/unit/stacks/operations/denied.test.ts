import { expect, test } from "vitest";
import { printed } from "../../../../common/errors/kit-error.ts";
import { checkCommand } from "../../../../stacks/operations/check-command.ts";
import { importCommand } from "../../../../stacks/operations/import-command.ts";
import { itemCommand } from "../../../../stacks/operations/item-command.ts";
import { rotateCommand } from "../../../../stacks/operations/rotate-command.ts";
import { statusCommand } from "../../../../stacks/operations/status-command.ts";
import type { Capability } from "../../../harness/gateway/options.ts";
import { SECRET, setStage } from "../../harness/gateway/api.ts";
import { type CommandRun, runKit } from "./run-command.ts";

type Run = (environment: Record<string, string>) => Promise<CommandRun>;

/** An item that exists, and an identity that may do no more with it than `capabilities`. */
async function stageFor(capabilities: readonly Capability[]) {
  const rules = [
    { path: SECRET, capabilities },
    { path: "/rotator", capabilities: ["list", "read"] as const },
  ];
  const limited = { accessId: "p-limited", accessKey: "key", rules };
  const stage = await setStage({ users: [{ accessId: "p-operator", accessKey: "key" }, limited] });
  await stage.createSecret();
  const environment = {
    AKEYLESS_GATEWAY: stage.gateway.url,
    AKEYLESS_ACCESS_ID: limited.accessId,
    AKEYLESS_ACCESS_KEY: limited.accessKey,
    ROTATION_KIT_DECLARATION: JSON.stringify({
      kind: "secret",
      name: SECRET,
      settings: { target_name: "/rotator", description: "changed" },
    }),
  };
  return { ...stage, environment };
}

test.each<[string, readonly Capability[], Run]>([
  ["describe it: check", ["read"], (env) => runKit(checkCommand, ["--item", SECRET], env)],
  ["change it: item apply", ["list", "read"], (env) => runKit(itemCommand, ["apply"], env)],
  [
    "delete it: item delete",
    ["list", "read", "create", "update"],
    (env) => runKit(itemCommand, ["delete", "--yes", SECRET], env),
  ],
  ["rotate it: rotate", ["list", "read"], (env) => runKit(rotateCommand, [SECRET], env)],
])("an identity that may not %s tells which capability to grant, and changes nothing", async (...given) => {
  const [, capabilities, run] = given;
  const { environment, gateway, rotator } = await stageFor(capabilities);
  const before = JSON.stringify(gateway.item(SECRET));
  const told = await run(environment).then(({ stderr }) => stderr, printed);
  expect(told).toMatch(
    /^(\/prod\/app: )?access_denied: the gateway cannot .*\/prod\/app: .*; grant the access id the capability on this path/,
  );
  expect(JSON.stringify(gateway.item(SECRET))).toBe(before);
  expect(rotator.requests).toEqual([]);
});

test("an identity that may not list an item gets a finding of status that says so", async () => {
  const { environment } = await stageFor(["read", "update"]);
  const run = await runKit(statusCommand, [], environment);
  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toMatch(/sees no custom rotated secret below \/: .*role may list/);
});

test("import needs no right to read values", async () => {
  const { environment } = await stageFor(["list"]);
  const run = await runKit(importCommand, ["--path", "/prod/", "--json"], environment);
  expect(run.exitCode).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ secrets: [SECRET], unreadable: [] });
});

test("item apply and item delete read no value", async () => {
  const { environment, gateway } = await stageFor(["list", "create", "update", "delete"]);
  const run = (...args: string[]) => runKit(itemCommand, args, environment);
  await run("apply");
  expect(gateway.item(SECRET)?.description).toBe("changed");
  await run("delete", "--yes", SECRET);
  expect(gateway.item(SECRET)).toBeUndefined();
  const created = { ...environment, ROTATION_KIT_PAYLOAD: '{"system":"app","username":"svc"}' };
  await runKit(itemCommand, ["apply"], created);
  expect(gateway.item(SECRET)?.description).toBe("changed");
});

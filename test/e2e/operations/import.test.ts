import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Construct } from "constructs";
import { expect, onTestFinished, test } from "vitest";
import { driftCommand } from "../../../stacks/operations/drift-command.ts";
import { importCommand } from "../../../stacks/operations/import-command.ts";
import type { Gateway } from "../../harness/gateway/index.ts";
import { setStage } from "../../unit/harness/gateway/api.ts";
import { runKit } from "../../unit/stacks/operations/run-command.ts";
import { createStackWorkspace } from "./stack-workspace.ts";

const checkout = resolve(import.meta.dirname, "../../..");

const environmentOf = (gateway: Gateway) => ({
  AKEYLESS_GATEWAY: gateway.url,
  AKEYLESS_ACCESS_ID: gateway.accessId,
  AKEYLESS_ACCESS_KEY: gateway.accessKey,
});

/** Items as people make them in the console: usual ones, and one that no property can express. */
const items = [
  {
    name: "/prod/app",
    "custom-payload": JSON.stringify({
      system: "app",
      username: "svc",
      current_password: "canary",
    }),
    description: 'the "app" of %{team} A',
    tags: ["team:a"],
    delete_protection: "true",
    "auto-rotate": "true",
    "rotation-interval": "30",
    "rotation-hour": 3,
    "rotation-event-in": ["2"],
    "timeout-sec": 25,
    "max-versions": "5",
    "enable-password-policy": "true",
    "password-length": "24",
    "use-capital-letters": "true",
    "use-lower-letters": "true",
    "use-numbers": "true",
    "use-special-characters": "false",
    "secure-access-enable": "true",
    "secure-access-host": ["app.example:22"],
    "secure-access-certificate-issuer": "/issuers/ssh",
    "rotate-after-disconnect": "5",
  },
  {
    name: "/prod/console/login",
    "custom-payload": "not JSON: canary",
    "authentication-credentials": "use-target-creds",
    "secure-access-enable": "true",
    "secure-access-web": true,
    "secure-access-web-proxy": true,
    "secure-access-url": "http://legacy.example",
    "secure-access-host": ["left-behind.example"],
    // Explicit, because the provider sends hour 0 where none is declared.
    "rotation-hour": 0,
  },
  { name: "/other/app", "custom-payload": "canary" },
];

/**
 * What must stay as it is. Switches that the constructs always say explicitly (no dry run, nothing
 * agentic) are the same as what the gateway did not report before.
 */
function shown(info: unknown): unknown {
  const {
    agentic_rules: _,
    rotated_secret_details: details,
    ...rest
  } = info as Record<string, unknown>;
  const { skip_dry_run: __, ...kept } = details as Record<string, unknown>;
  return { ...rest, rotated_secret_details: kept };
}

test("what exists is declared, taken over, and the next plan is empty", async () => {
  const { gateway, post } = await setStage();
  await post("/target-create-web", {
    name: "/prod/rotator",
    url: "https://rotator.example/rotate",
  });
  for (const item of items) {
    await post("/rotated-secret-create-custom", { ...item, "target-name": "/prod/rotator" });
  }
  const live = () => Promise.all(items.map(({ name }) => settled(name)));
  const settled = async (name: string) => {
    const { body } = await post("/describe-item", { name, "item-custom-fields-details": true });
    const { item_general_info, item_id, item_metadata, item_tags, last_version } = body;
    return { info: shown(item_general_info), item_id, item_metadata, item_tags, last_version };
  };
  const before = await live();
  const values = items.map(({ name }) => gateway.item(name)?.versions.map((v) => v.payload));

  const folder = await mkdtemp(join(tmpdir(), "rotation-kit-import-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
  const file = join(folder, "imported.ts");
  const module = join(checkout, "stacks", "constructs", "index.ts");
  const run = await runKit(
    importCommand,
    ["--path", "/prod/", "--out", file, "--module", module, "--json"],
    environmentOf(gateway),
  );
  expect(run.stderr).toBe("2 secrets and 1 targets below /prod/\n");
  expect(run.stdout).not.toContain("canary");
  expect(JSON.parse(run.stdout)).toMatchObject({
    schema: "rotation-kit/import/v1",
    targets: ["/prod/rotator"],
    secrets: ["/prod/app", "/prod/console/login"],
  });

  const { declareImported } = (await import(/* @vite-ignore */ file)) as {
    declareImported: (stack: Construct) => void;
  };
  const workspace = await createStackWorkspace(gateway);
  await workspace.synthesize(declareImported, "provider");
  const applied = await workspace.apply();
  expect(applied).toContain("3 imported");
  expect(applied).toContain("0 destroyed");
  expect(applied).not.toContain("canary");
  expect(await workspace.planChanges()).toBe(false);

  expect(items.map(({ name }) => gateway.item(name)?.versions.map((v) => v.payload))).toEqual(
    values,
  );
  expect(await live()).toEqual(before);
  const drift = await runKit(
    driftCommand,
    ["--out", workspace.out, "--path", "/prod"],
    environmentOf(gateway),
  );
  expect(drift).toMatchObject({ exitCode: 0, stdout: "" });
});

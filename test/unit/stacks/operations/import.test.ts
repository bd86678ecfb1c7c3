import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { App, TerraformStack, Testing } from "cdktf";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import {
  CustomRotatedSecret,
  GatewayProvider,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { Identifiers } from "../../../../stacks/operations/import/identifiers.ts";
import { importCommand } from "../../../../stacks/operations/import-command.ts";
import { type GatewayStage, postJson, setStage, tokenFor } from "../../harness/gateway/api.ts";
import { runKit } from "./run-command.ts";
import { startStub } from "./stub-gateway.ts";

const checkout = resolve(import.meta.dirname, "../../../..");

test("the code is what a person would write", async () => {
  const { gateway, post, createSecret } = await setStage();
  await createSecret({
    name: "/prod/reporting app",
    "target-name": "/rotator",
    "custom-payload": JSON.stringify({ system: "app", username: "svc", password: "canary" }),
    description: "quarterly */ %{report}",
    "auto-rotate": "true",
    "rotation-interval": "30",
    "rotation-hour": 3,
    "secure-access-enable": "true",
    "secure-access-web": "true",
    "secure-access-url": "https://app.example",
    "rotate-after-disconnect": "true",
    "lock-during-sra-session": "true",
  });
  await post("/target-update-web", { name: "/rotator", url: "https://rotator.example/rotate" });
  const run = await runKit(importCommand, ["--path", "/prod/", "--out-of-state"], {
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  });
  expect(run.stdout.slice(run.stdout.indexOf("export"))).toMatchInlineSnapshot(`
    "export function declareImported(stack: Construct, id = "imported"): void {
      const scope = new Construct(stack, id);
      // What is live keeps its meaning, whatever the environment's settings are.
      applySettings(scope, { intervalUnit: "days", secureRemoteAccessStage: "enabled", realisation: "out-of-state" });

      const rotator = new WebTarget(scope, "rotator", { name: "/rotator", url: "https://rotator.example/rotate" });

      new CustomRotatedSecret(scope, "reporting-app", {
        name: "/prod/reporting app",
        description: "quarterly */ %%{report}",
        deleteProtection: false,
        lockDuringSession: true,
        target: rotator,
        payload: new RotationPayload({ system: "app", username: "svc" }),
        schedule: RotationSchedule.every(Duration.days(30), { atHourUtc: 3 }),
        secureRemoteAccess: SecureRemoteAccess.web({ url: "https://app.example", mode: "direct", rotateAfterDisconnect: RotateAfterDisconnect.immediately() }),
      });
    }
    "
  `);
});

test("a name that looks like a template is written as text; one that nobody could type is told", async () => {
  const { gateway, createSecret } = await setStage();
  const payload = JSON.stringify({ system: "app", username: "svc", password: "canary" });
  const names = ["/prod/ordinary", "/prod/$\u007bteam}/app", "/prod/un\u200bseen"];
  for (const name of names)
    await createSecret({ name, "target-name": "/rotator", "custom-payload": payload });
  const run = await runKit(importCommand, ["--path", "/prod/"], {
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  });
  expect(run.stdout).toContain('name: "/prod/ordinary"');
  expect(run.stdout).toContain('name: "/prod/$$\u007bteam}/app"');
  expect(run.stdout).not.toContain("seen");
  expect(run.stderr).toMatch(/seen: .*cannot be seen: leave it out/);
  expect(run.exitCode).toBe(2);
});

test("several paths, and what cannot be read is told beside what can", async () => {
  const { gateway, post, createSecret } = await setStage();
  await createSecret({ name: "/prod/a" });
  await createSecret({ name: "/staging/b" });
  await createSecret({ name: "/staging/gone" });
  await createSecret({ name: "/other/c" });
  // It is listed by the stub in front of the gateway, and was deleted in between.
  await post("/delete-item", { name: "/staging/gone" });
  await using front = await startStub({
    "/auth": { body: { token: "t" } },
    "/list-items": (body) => listing(gateway, body),
    "/describe-item": (body) => forwarded(gateway, "/describe-item", body),
    "/rotated-secret-get-value": (body) => forwarded(gateway, "/rotated-secret-get-value", body),
    "/target-get-details": (body) => forwarded(gateway, "/target-get-details", body),
  });
  const run = await runKit(importCommand, ["--path", "/prod/", "/staging/", "--json"], {
    ...environmentOf(gateway),
    AKEYLESS_GATEWAY: front.url,
  });
  expect(run.exitCode).toBe(2);
  expect(JSON.parse(run.stdout)).toMatchObject({
    ok: false,
    secrets: ["/prod/a", "/staging/b"],
    targets: ["/rotator"],
    unreadable: [{ name: "/staging/gone", error: { code: "item_not_found" } }],
  });
  expect(run.stderr).toMatch(/^\/staging\/gone: item_not_found: /);
});

test("files of several imports are used in one stack, though they share a target", async () => {
  const { gateway, createSecret } = await setStage();
  await createSecret({ name: "/prod/a" });
  await createSecret({ name: "/staging/a" });
  const folder = await mkdtemp(join(checkout, "test/unit/stacks/operations/.imported-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const module = join(checkout, "stacks", "constructs", "index.ts");
  const imported = async (name: string, ...args: string[]) => {
    const out = join(folder, `${name}.ts`);
    const given = ["--path", `/${name}/`, "--out", out, "--module", module, "--out-of-state"];
    await runKit(importCommand, [...given, ...args], environmentOf(gateway));
    const { declareImported } = await import(/* @vite-ignore */ out);
    return declareImported as (stack: TerraformStack, id?: string) => void;
  };
  const stack = new TerraformStack(Testing.stubVersion(new App()), "test");
  new GatewayProvider(stack, "Gateway");
  (await imported("prod"))(stack);
  (await imported("staging", "--no-targets"))(stack, "staging");
  const found = stack.node.findAll();
  const secrets = found.filter(CustomRotatedSecret.isCustomRotatedSecret);
  expect(secrets.map(({ itemPath }) => itemPath)).toEqual(["/prod/a", "/staging/a"]);
  expect(found.filter(WebTarget.isWebTarget)).toHaveLength(1);
  expect(() => Testing.synth(stack, true)).not.toThrow();
});

test("a path that may not be listed is told beside the others; none at all is an error", async () => {
  const { gateway, createSecret } = await setStage();
  await createSecret({ name: "/prod/a" });
  await using front = await startStub({
    "/auth": { body: { token: "t" } },
    "/list-items": async (body) =>
      body.path === "/prod/"
        ? forwarded(gateway, "/list-items", body)
        : { status: 403, body: { error: "no access" } },
    "/describe-item": (body) => forwarded(gateway, "/describe-item", body),
    "/rotated-secret-get-value": (body) => forwarded(gateway, "/rotated-secret-get-value", body),
    "/target-get-details": (body) => forwarded(gateway, "/target-get-details", body),
  });
  const environment = { ...environmentOf(gateway), AKEYLESS_GATEWAY: front.url };
  const both = ["--path", "/prod/", "/staging/", "--json"];
  const told: string[] = [];
  const run = await runKit(importCommand, both, environment, {
    progress: (text) => void told.push(text),
  });
  expect(told).toContain("[1 of 1] read /prod/a");
  expect(run.exitCode).toBe(2);
  expect(JSON.parse(run.stdout)).toMatchObject({
    secrets: ["/prod/a"],
    unreadable: [{ name: "/staging/", error: { code: "access_denied" } }],
  });
  await expect(runKit(importCommand, ["--path", "/staging/"], environment)).rejects.toMatchObject({
    code: "access_denied",
  });
});

/** What the gateway lists, and one item that is gone by now. */
async function listing(gateway: GatewayStage["gateway"], body: Record<string, unknown>) {
  const answer = await forwarded(gateway, "/list-items", body);
  const listed = answer.body as { items: { item_name: string }[] };
  const [first] = listed.items;
  const gone = body.path === "/staging/" ? [{ ...first, item_name: "/staging/gone" }] : [];
  return { body: { ...listed, items: [...listed.items, ...gone] } };
}

async function forwarded(
  gateway: GatewayStage["gateway"],
  path: string,
  body: Record<string, unknown>,
) {
  return postJson(`${gateway.url}${path}`, { ...body, token: await tokenFor(gateway) });
}

test("what the rules refuse about things as they are is waived for 90 days, where asked for", async () => {
  const { gateway, createSecret } = await setStage();
  await createSecret({ "auto-rotate": "true", "rotation-interval": "30" });
  const args = ["--path", "/prod/", "--owner", "platform team"];
  const run = await runKit(importCommand, args, environmentOf(gateway), {
    now: () => Date.parse("2026-11-01T00:00:00Z"),
  });
  expect(run.stdout).toContain("  const app = new CustomRotatedSecret(scope,");
  expect(run.stdout).toContain(
    '  waive(app, "AKR050", { reason: "as it was when it was imported", until: "2027-01-30", owner: "platform team" });',
  );
  expect(run.stdout).toMatch(/\n {2}waive,\n {2}WebTarget,\n\} from "akeyless-rotation-kit";/);
});

test("the file is formatted by the formatter of the project around it", async () => {
  const { gateway, createSecret } = await setStage();
  await createSecret({
    description: "a text that makes its line longer than a formatter lets it be",
  });
  const folder = await mkdtemp(join(tmpdir(), "rotation-kit-import-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "biome.json"), '{ "formatter": { "indentStyle": "space" } }');
  const file = join(folder, "imported.ts");
  const args = ["--path", "/prod/", "--out", file];
  const run = await runKit(importCommand, args, environmentOf(gateway));
  expect(run.stderr).toContain("formatted by your biome\n");
  const biome = join(folder, "node_modules", ".bin", "biome");
  const check = promisify(execFile)(biome, ["format", file], { cwd: folder });
  await expect(check).resolves.toBeDefined();
});

const environmentOf = (gateway: GatewayStage["gateway"]) => ({
  AKEYLESS_GATEWAY: gateway.url,
  AKEYLESS_ACCESS_ID: gateway.accessId,
  AKEYLESS_ACCESS_KEY: gateway.accessKey,
});

test("an empty path is an error with a remedy", async () => {
  const { gateway } = await setStage();
  const run = runKit(importCommand, ["--path", "/nowhere/"], {
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  });
  await expect(run).rejects.toMatchObject({ code: "nothing_to_import" });
});

test("each path gets a constant that JavaScript accepts, and no two the same", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 20 }), (paths) => {
      const identifiers = new Identifiers();
      const given = [...paths, "/prod/class", "/prod/1", "/prod/scope"].map((path) =>
        identifiers.of(path, ["/prod/"]),
      );
      for (const { constant, id } of given) {
        expect(() => new Function(`"use strict"; const ${constant} = 1;`)).not.toThrow();
        expect(id).toMatch(/^[A-Za-z0-9-]+$/);
      }
      expect(new Set(given.map(({ constant }) => constant)).size).toBe(given.length);
      expect(new Set(given.map(({ id }) => id)).size).toBe(given.length);
    }),
  );
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { expect, onTestFinished, test } from "vitest";
import {
  CustomRotatedSecret,
  Duration,
  PasswordPolicy,
  type Realisation,
  RotationPayload,
  RotationSchedule,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { checkCommand } from "../../../../stacks/operations/check-command.ts";
import { readDeclared } from "../../../../stacks/operations/drift/declared.ts";
import { driftCommand } from "../../../../stacks/operations/drift-command.ts";
import { RotationStack } from "../../../../stacks/rotation-stack.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { runKit } from "./run-command.ts";

/** Synthesizes one stack with a target and a secret; the folder goes when the test ends. */
async function synthesize(rotatorUrl: string, realisation?: Realisation): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), "rotation-kit-drift-"));
  onTestFinished(() => rm(out, { recursive: true }));
  const app = new App({ outdir: out });
  const stack = new RotationStack(app, "prod", {
    rotatorUrl,
    intervalUnit: "days",
    secureRemoteAccess: "enabled",
    deleteProtection: false,
  });
  const target = new WebTarget(stack, "rotator", { name: "rotator", url: "https://rotator.test" });
  // The test's rotator speaks plain HTTP on loopback, which the construct rightly refuses.
  target.resource.addOverride("url", rotatorUrl);
  new CustomRotatedSecret(stack, "app", {
    name: "/prod/app",
    target,
    payload: new RotationPayload({
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_app_password"),
    }),
    schedule: RotationSchedule.every(Duration.days(30)),
    passwordPolicy: new PasswordPolicy({ length: 20 }),
    secureRemoteAccess: SecureRemoteAccess.ssh({ hosts: ["app.example"] }),
    deleteProtection: false,
    tags: ["team:a"],
    realisation,
  });
  app.synth();
  return out;
}

/** What the declaration above makes of the item, in the API's words. */
const asDeclared = {
  name: "/prod/app",
  tags: ["team:a"],
  "auto-rotate": "true",
  "rotation-interval": "30",
  "timeout-sec": 40,
  "enable-password-policy": "true",
  "password-length": "20",
  "use-capital-letters": "true",
  "use-lower-letters": "true",
  "use-numbers": "true",
  "use-special-characters": "true",
  "secure-access-enable": "true",
  "secure-access-host": ["app.example"],
};

async function drift(
  out: string,
  url: string,
  gateway: { accessId: string; accessKey: string },
  ...more: string[]
) {
  const args = ["--out", out, "--json", "--path", "/prod", ...more];
  const run = await runKit(driftCommand, args, {
    AKEYLESS_GATEWAY: url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
    TF_VAR_app_password: "canary-password",
  });
  expect(run.stdout).not.toContain("canary");
  return { exitCode: run.exitCode, ...(JSON.parse(run.stdout) as Report) };
}

interface Report {
  readonly ok: boolean;
  readonly items: {
    name: string;
    state: string;
    differences: { attribute: string; declared: string; live: string; seen_by_provider: boolean }[];
  }[];
  readonly undeclared: string[];
}

test("nothing differs as long as nobody touches the item, also after a rotation", async () => {
  const { gateway, rotator, post, createSecret } = await setStage();
  await createSecret(asDeclared);
  await post("/gateway-rotate-secret", { name: "/prod/app" });
  // The kit's own note of the payload is nobody's tag.
  const noted = { name: "/prod/app", "add-tag": ["rotation-kit-payload-1"] };
  await post("/rotated-secret-update-custom", noted);
  expect(gateway.item("/prod/app")?.tags).toContain("rotation-kit-payload-1");
  const report = await drift(await synthesize(rotator.url), gateway.url, gateway);
  expect(report).toMatchObject({ exitCode: 0, ok: true, undeclared: [] });
  expect(report.items.map(({ name, state }) => [name, state])).toEqual([
    ["/prod/app", "same"],
    ["/rotator", "same"],
  ]);
});

test("what a plan cannot see is found", async () => {
  const { gateway, rotator, post, createSecret } = await setStage();
  await createSecret(asDeclared);
  await post("/rotated-secret-update-custom", {
    name: "/prod/app",
    "secure-access-host": ["evil.example"],
    "timeout-sec": 5,
    "password-length": "8",
    "lock-during-sra-session": "true",
    delete_protection: "true",
    "rotation-interval": "90",
  });
  const { exitCode, items } = await drift(await synthesize(rotator.url), gateway.url, gateway);
  expect(exitCode).toBe(2);
  const [app] = items;
  expect(
    app?.differences.map(
      ({ attribute, declared, live, seen_by_provider }) =>
        `${attribute} ${declared} ${live} ${seen_by_provider}`,
    ),
  ).toEqual([
    "delete_protection null true false",
    "timeout_sec 40 5 false",
    "rotation_interval 30 90 true",
    "password_length 20 8 false",
    'secure_access_host ["app.example"] ["evil.example"] false',
    "lock_during_sra_session null true false",
  ]);
});

test.each<Realisation>([
  "provider",
  "out-of-state",
])("a text that Akeyless keeps, and what a plan would show of an item managed as %s", async (realisation) => {
  const { gateway, rotator, createSecret } = await setStage();
  await createSecret({ ...asDeclared, description: "left", "rotation-interval": "90" });
  const out = await synthesize(rotator.url, realisation);
  const { items } = await drift(out, gateway.url, gateway);
  const app = items.find(({ name }) => name === "/prod/app");
  expect(app?.differences.map((one) => [one.attribute, one.live, one.seen_by_provider])).toEqual([
    ["description", "left", false],
    ["rotation_interval", "90", realisation === "provider"],
  ]);
  const declared = readDeclared(out, {}).find(({ name }) => name === "/prod/app");
  const { stdout } = await runKit(checkCommand, ["--item", "/prod/app"], {
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
    ROTATION_KIT_EXPECT: JSON.stringify({ settings: declared?.settings }),
  });
  expect(stdout).toMatch(/unknown\s+description: not declared, and Akeyless keeps left/);
});

test("a repair sets what differs, whatever manages it, and leaves the password alone", async () => {
  const { gateway, rotator, post, createSecret, payload } = await setStage();
  await createSecret(asDeclared);
  await post("/gateway-rotate-secret", { name: "/prod/app" });
  await post("/rotated-secret-update-custom", {
    name: "/prod/app",
    "secure-access-host": ["evil.example"],
    "timeout-sec": 5,
    "lock-during-sra-session": "true",
    "add-tag": ["stranger"],
    delete_protection: "true",
  });
  await post("/target-update-web", { name: "/rotator", url: "https://evil.example/rotate" });
  const out = await synthesize(rotator.url);
  const report = await drift(out, gateway.url, gateway, "--repair");
  expect(report).toMatchObject({ exitCode: 0, ok: true, repaired: ["/prod/app", "/rotator"] });
  expect(await drift(out, gateway.url, gateway)).toMatchObject({ exitCode: 0, ok: true });
  expect(gateway.item("/prod/app")).toMatchObject({
    tags: asDeclared.tags ?? [],
    deleteProtection: false,
    remoteAccess: { hosts: ["app.example"], lockDuringSession: false },
  });
  expect(await payload()).toBe("rotated-1");
});

test("an identity that may not change an item repairs nothing, and is told what to grant", async () => {
  const rules = [{ path: "/*", capabilities: ["list", "read"] as const }];
  const reader = { accessId: "p-reader", accessKey: "key", rules };
  const stage = await setStage({ users: [{ accessId: "p-operator", accessKey: "key" }, reader] });
  await stage.createSecret({ ...asDeclared, "timeout-sec": 5 });
  const before = JSON.stringify(stage.gateway.item("/prod/app"));
  const out = await synthesize(stage.rotator.url);
  const { url } = stage.gateway;
  expect(await drift(out, url, reader)).toMatchObject({ exitCode: 2, ok: false });
  await expect(drift(out, url, reader, "--repair")).rejects.toMatchObject({
    code: "access_denied",
    remedy: expect.stringContaining("grant the access id the capability on this path"),
  });
  expect(JSON.stringify(stage.gateway.item("/prod/app"))).toBe(before);
});

test("a missing item and an undeclared one are named", async () => {
  const { gateway, rotator, createSecret } = await setStage();
  await createSecret({ name: "/prod/stranger" });
  const report = await drift(await synthesize(rotator.url), gateway.url, gateway);
  expect(report).toMatchObject({ exitCode: 2, undeclared: ["/prod/stranger"] });
  expect(report.items[0]).toMatchObject({ name: "/prod/app", state: "missing" });
});

test("a folder without stacks is an error with a remedy", async () => {
  expect(() => readDeclared("/nowhere", {})).toThrow(
    expect.objectContaining({
      remedy: expect.stringMatching(/run cdktn synth, or cdktf synth, first/),
    }),
  );
});

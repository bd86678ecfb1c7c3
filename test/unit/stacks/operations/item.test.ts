import { expect, test } from "vitest";
import { itemCommand } from "../../../../stacks/operations/item-command.ts";
import { collectingIo } from "../../../harness/collecting-io.ts";
import type { Gateway } from "../../../harness/gateway/index.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { type CommandRun, runKit } from "./run-command.ts";

const PAYLOAD = JSON.stringify({ system: "app", username: "svc", current_password: "canary-1" });
const target = { kind: "target", name: "/rotator" };

/** Every setting that the API has, each with a value that is not its default. */
const everySetting = {
  target_name: "/rotator",
  description: "service account",
  key: "/keys/k1",
  tags: ["team:a", "prod"],
  item_custom_fields: { owner: "platform" },
  delete_protection: "true",
  max_versions: "7",
  keep_prev_version: "true",
  authentication_credentials: "use-target-creds",
  timeout_sec: 25,
  auto_rotate: "true",
  rotation_interval: "14",
  rotation_hour: 3,
  rotation_event_in: ["2", "5"],
  enable_password_policy: "true",
  password_length: "20",
  use_capital_letters: "true",
  use_lower_letters: "true",
  use_numbers: "true",
  use_special_characters: "false",
  secure_access_enable: "true",
  secure_access_host: ["b.example", "a.example"],
  secure_access_url: "https://app.example",
  secure_access_web: true,
  secure_access_web_browsing: true,
  secure_access_web_proxy: false,
  secure_access_certificate_issuer: "/issuers/ssh",
  secure_access_ssh_user: "svc",
  secure_access_rdp_domain: "corp",
  secure_access_rdp_user: "svc",
  secure_access_allow_external_user: true,
  rotate_after_disconnect: "10",
  lock_during_sra_session: "true",
  lock_on_read: "true",
  lock_ttl: "10",
  rotate_on_unlock: "true",
  secure_access_enforce_hosts_restriction: true,
  host_provider: "target",
  skip_dry_run: true,
  ara_enabled: true,
  enable_ai_quorum: true,
  input_rule: ["name=n,rule=in"],
  output_rule: ["name=n,rule=out"],
};

const environmentOf = (gateway: Gateway) => ({
  AKEYLESS_GATEWAY: gateway.url,
  AKEYLESS_ACCESS_ID: gateway.accessId,
  AKEYLESS_ACCESS_KEY: gateway.accessKey,
});

async function apply(gateway: Gateway, declaration: object, payload = ""): Promise<CommandRun> {
  return runKit(itemCommand, ["apply", "--json"], {
    ...environmentOf(gateway),
    ROTATION_KIT_DECLARATION: JSON.stringify(declaration),
    ROTATION_KIT_PAYLOAD: payload,
  });
}

const secret = (settings: object = {}, rest: object = {}) => ({
  kind: "secret",
  name: "/prod/app",
  settings: { target_name: "/rotator", ...settings },
  ...rest,
});

async function stageWithTarget(options: Parameters<typeof setStage>[0] = {}) {
  const stage = await setStage(options);
  const { gateway, rotator } = stage;
  await apply(gateway, { ...target, settings: { url: rotator.url } });
  return stage;
}

const storedIn = (gateway: Gateway) => gateway.item("/prod/app")?.versions.at(-1)?.payload;
const outcomeOf = ({ stdout }: CommandRun) => JSON.parse(stdout) as Record<string, unknown>;

test("an item is created with its payload, and applying it again changes nothing", async () => {
  const { gateway } = await stageWithTarget();
  const first = await apply(gateway, secret({ auto_rotate: "true" }), PAYLOAD);
  expect(outcomeOf(first)).toMatchObject({
    schema: "rotation-kit/item-apply/v1",
    outcome: "created",
    payload_sent: true,
  });
  expect(storedIn(gateway)).toBe(PAYLOAD);
  expect(gateway.item("/prod/app")?.tags).toEqual(["rotation-kit-payload-1"]);
  const again = await apply(gateway, secret({ auto_rotate: "true" }), PAYLOAD);
  expect(outcomeOf(again)).toMatchObject({ outcome: "unchanged", payload_sent: false });
});

test("every setting of the API arrives at creation, and as an update", async () => {
  const { gateway } = await stageWithTarget();
  const created = await apply(gateway, secret(everySetting), PAYLOAD);
  expect(outcomeOf(created)).toMatchObject({ outcome: "created" });
  const { keep_prev_version, input_rule, output_rule, ...visible } = everySetting;
  const rules = { "input-rule": input_rule, "output-rule": output_rule };
  const last = (call: string) => gateway.calls.findLast(({ path }) => path.endsWith(call))?.body;
  expect(last("/rotated-secret-create-custom")).toMatchObject(rules);
  expect(outcomeOf(await apply(gateway, secret(visible), PAYLOAD))).toMatchObject({
    outcome: "unchanged",
  });

  const other = { ...secret(), name: "/prod/other" };
  await apply(gateway, other, PAYLOAD);
  const updated = await apply(gateway, { ...other, settings: visible }, PAYLOAD);
  const { target_name: _, ...changed } = visible;
  expect((outcomeOf(updated).changed as string[]).toSorted()).toEqual(
    Object.keys(changed)
      // Declared as they are by default: nothing to change.
      .filter((name) => name !== "secure_access_web_proxy" && name !== "use_special_characters")
      .toSorted(),
  );
  expect(outcomeOf(await apply(gateway, { ...other, settings: visible }))).toMatchObject({
    outcome: "unchanged",
  });
  // No answer shows them, so that each request sends them.
  await apply(gateway, { ...other, settings: everySetting });
  expect(last("/rotated-secret-update-custom")).toMatchObject({
    ...rules,
    "keep-prev-version": keep_prev_version,
  });
});

test("a changed setting after a rotation leaves the rotated payload alone", async () => {
  const { gateway, post } = await stageWithTarget();
  await apply(gateway, secret(), PAYLOAD);
  await post("/gateway-rotate-secret", { name: "/prod/app" });
  expect(storedIn(gateway)).toBe("rotated-1");
  const run = await apply(gateway, secret({ description: "new", tags: ["x"] }), PAYLOAD);
  expect(outcomeOf(run)).toMatchObject({
    outcome: "updated",
    payload_sent: false,
    changed: ["description", "tags"],
  });
  expect(storedIn(gateway)).toBe("rotated-1");
});

test("a new payload version sends the payload once more, and only once", async () => {
  const { gateway, post } = await stageWithTarget();
  await apply(gateway, secret(), PAYLOAD);
  await post("/gateway-rotate-secret", { name: "/prod/app" });
  const second = secret({}, { payload_version: "2" });
  expect(outcomeOf(await apply(gateway, second, PAYLOAD))).toMatchObject({ payload_sent: true });
  expect(storedIn(gateway)).toBe(PAYLOAD);
  await post("/gateway-rotate-secret", { name: "/prod/app" });
  expect(outcomeOf(await apply(gateway, second, PAYLOAD))).toMatchObject({ outcome: "unchanged" });
  expect(storedIn(gateway)).toBe("rotated-2");
});

test.each([
  { payload_version: "1" },
  {},
])("a payload version that is taken back or away sends nothing: %j", async (declared) => {
  const { gateway, post } = await stageWithTarget();
  await apply(gateway, secret({}, { payload_version: "1" }), PAYLOAD);
  await apply(gateway, secret({}, { payload_version: "2" }), PAYLOAD);
  await post("/gateway-rotate-secret", { name: "/prod/app" });
  const back = await apply(gateway, secret({ description: "other" }, declared), PAYLOAD);
  expect(outcomeOf(back)).toMatchObject({ outcome: "updated", payload_sent: false });
  expect(storedIn(gateway)).toBe("rotated-1");
});

test("an item that somebody else made is adopted with the value it has", async () => {
  const { gateway, createSecret } = await setStage();
  await createSecret({ "custom-payload": "theirs", tags: ["old"] });
  const run = await apply(gateway, secret({ tags: ["old"] }, { payload_version: "3" }), PAYLOAD);
  expect(outcomeOf(run)).toMatchObject({ outcome: "updated", payload_sent: false, changed: [] });
  expect(storedIn(gateway)).toBe("theirs");
});

test("a listed scope touches nothing else, and creates nothing", async () => {
  const { gateway, createSecret } = await setStage();
  const listed = {
    kind: "secret",
    name: "/prod/app",
    scope: "listed",
    settings: { lock_during_sra_session: "true" },
  };
  await expect(apply(gateway, listed)).rejects.toMatchObject({ code: "item_not_found" });
  await createSecret({ description: "theirs", "secure-access-web": true, tags: ["x"] });
  expect(outcomeOf(await apply(gateway, listed))).toMatchObject({ outcome: "updated" });
  expect(gateway.item("/prod/app")).toMatchObject({
    description: "theirs",
    tags: ["x"],
    remoteAccess: { web: true, lockDuringSession: true },
  });
  expect(outcomeOf(await apply(gateway, listed))).toMatchObject({ outcome: "unchanged" });
});

test("an update that does not take is not a success", async () => {
  const { gateway } = await stageWithTarget({ emptyListOnUpdate: "keep" });
  await apply(gateway, secret({ secure_access_host: ["a"] }), PAYLOAD);
  await expect(apply(gateway, secret())).rejects.toMatchObject({
    code: "settings_not_applied",
    message: expect.stringContaining("secure_access_host is"),
  });
});

test.each([
  ["keep", "old"],
  ["overwrite", ""],
] as const)("a text that is not declared any more is cleared, or kept: %s", async (emptyTextOnUpdate, left) => {
  const { gateway } = await stageWithTarget({ emptyTextOnUpdate });
  await apply(gateway, secret({ description: "old" }), PAYLOAD);
  expect(outcomeOf(await apply(gateway, secret()))).toMatchObject({ outcome: "updated" });
  expect(gateway.item("/prod/app")?.description).toBe(left);
});

test("the target of an item cannot be changed behind its back", async () => {
  const { gateway } = await stageWithTarget();
  await apply(gateway, secret(), PAYLOAD);
  await apply(gateway, { ...target, name: "/other", settings: { url: "https://o.example" } });
  await expect(apply(gateway, secret({ target_name: "/other" }))).rejects.toMatchObject({
    code: "target_fixed",
  });
});

test("without a payload nothing is created", async () => {
  const { gateway } = await stageWithTarget();
  await expect(apply(gateway, secret())).rejects.toMatchObject({ code: "payload_missing" });
  expect(gateway.item("/prod/app")).toBeUndefined();
});

test("a declaration cannot hold a payload", async () => {
  const { gateway } = await stageWithTarget();
  const wrong = apply(gateway, secret({ custom_payload: "canary-2" }), PAYLOAD);
  await expect(wrong).rejects.toMatchObject({
    code: "declaration_invalid",
    message: expect.not.stringContaining("canary-2"),
  });
});

test("the lock and the protection of a target are sent where they are declared, and read nowhere", async () => {
  const { gateway } = await stageWithTarget();
  const settings = { url: "https://r.internal/rotate" };
  const lock = {
    lock_on_read: "true",
    lock_ttl: "10",
    rotate_on_unlock: "true",
    delete_protection: "true",
  };
  const sent = {
    delete_protection: "true",
    "lock-on-read": "true",
    "lock-ttl": "10",
    "rotate-on-unlock": "true",
  };
  const last = (call: string) =>
    gateway.calls.findLast(({ path }) => path.endsWith(call))?.body as object;
  await apply(gateway, { ...target, name: "/locked", settings: { ...settings, ...lock } });
  expect(last("/target-create-web")).toMatchObject(sent);
  await apply(gateway, { ...target, name: "/locked", settings: { ...settings, ...lock } });
  expect(last("/target-update-web")).toMatchObject(sent);
  await apply(gateway, { ...target, name: "/open", settings });
  expect(last("/target-create-web")).not.toHaveProperty("lock-on-read");
});

test("--force is refused for a target before anything is asked or sent", async () => {
  const { io, said } = collectingIo();
  const command = itemCommand(io);
  for (const each of command.commands) each.exitOverride().configureOutput({ writeErr: io.err });
  const args = ["delete", "--force", "--kind", "target", "/rotator"];
  await expect(command.parseAsync(args, { from: "user" })).rejects.toThrow();
  expect(said.err).toBe("error: --force is for a secret, not for a target\n");
});

test("delete protection is respected, and what is gone counts as deleted", async () => {
  const { gateway } = await stageWithTarget();
  const remove = (...args: string[]) =>
    runKit(itemCommand, ["delete", "--yes", "--json", ...args], environmentOf(gateway));
  await apply(gateway, secret({ delete_protection: "true" }), PAYLOAD);
  await expect(remove("/prod/app")).rejects.toMatchObject({ code: "item_protected" });
  await expect(remove("--kind", "target", "/rotator")).rejects.toMatchObject({
    code: "target_in_use",
  });
  await apply(gateway, secret());
  const ask = (answer?: string) =>
    runKit(itemCommand, ["delete", "/prod/app"], environmentOf(gateway), {
      ...(answer !== undefined && { answer }),
    });
  await expect(ask()).rejects.toMatchObject({ code: "confirmation_missing" });
  await expect(ask("yes")).rejects.toMatchObject({ code: "confirmation_missing" });
  expect(gateway.item("/prod/app")).toBeDefined();
  expect((await ask("/prod/app")).stdout).toBe("/prod/app deleted\n");
  await apply(gateway, secret(), PAYLOAD);
  expect(outcomeOf(await remove("/prod/app"))).toMatchObject({ outcome: "deleted" });
  expect(outcomeOf(await remove("/prod/app"))).toMatchObject({ outcome: "absent" });
  await apply(gateway, secret({ delete_protection: "true" }), PAYLOAD);
  await expect(remove("--force", "/prod/app")).rejects.toMatchObject({ code: "item_protected" });
  await apply(gateway, secret());
  await remove("--force", "/prod/app");
  expect(gateway.calls.at(-1)).toMatchObject({
    path: expect.stringMatching(/\/rotated-secret-delete$/),
    body: { name: "/prod/app", "force-delete": true },
  });
  expect(outcomeOf(await remove("--kind", "target", "/rotator"))).toMatchObject({
    outcome: "deleted",
  });
});

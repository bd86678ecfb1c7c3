import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { SECRET, setStage } from "./api.ts";

const NAME = { name: SECRET };

describe("creating a custom rotated secret", () => {
  it("stores the payload without calling the rotator, and shows the documented sub-objects", async () => {
    const stage = await setStage();
    const created = await stage.createSecret({
      name: "prod/app",
      description: "service account",
      tags: ["a", "b"],
      "auto-rotate": "true",
      "rotation-interval": "30",
      "rotation-hour": 3,
      "rotation-event-in": ["7", "1"],
      "password-length": "16",
      "enable-password-policy": true,
      "use-numbers": "true",
      "max-versions": "5",
      "timeout-sec": 20,
      delete_protection: "true",
      "item-custom-fields": { owner: "team" },
    });
    expect(created).toEqual({ status: 200, body: NAME });
    expect(stage.rotator.requests).toEqual([]);
    expect(await stage.payload()).toBe("first");
    const item = await stage.describe();
    expect(item).toMatchObject({
      item_name: SECRET,
      item_type: "ROTATED_SECRET",
      item_metadata: "service account",
      item_tags: ["a", "b"],
      protection_key_name: "",
      delete_protection: true,
      auto_rotate: true,
      rotation_interval: 30,
      last_version: 1,
      item_versions: [{ version: 1, access_id: "p-operator" }],
      item_targets_assoc: [{ target_name: "rotator", target_type: "web" }],
      gateway_details: null,
      item_general_info: {
        cluster_gw_url: stage.gateway.url,
        rotated_secret_details: {
          rotator_type: "custom",
          rotator_creds_type: "use-user-creds",
          rotator_status: "RotationInitialStatus",
          rotation_hour: 3,
          rotation_interval_min: false,
          timeout_seconds: 20,
          max_versions: 5,
          enable_custom_password_policy: true,
        },
        password_policy: { password_length: 16, use_numbers: true },
        next_rotation_events: [{ seconds_before: 604_800 }, { seconds_before: 86_400 }],
      },
    });
    expect(item.item_general_info.rotated_secret_details).not.toHaveProperty("rotation_statement");
    const { body } = await stage.post("/describe-item", {
      ...NAME,
      "item-custom-fields-details": true,
    });
    expect(body.item_custom_fields_details).toMatchObject([{ name: "owner", value: "team" }]);
  });

  it("leaves out what was not given", async () => {
    const stage = await setStage();
    await stage.createSecret();
    const item = await stage.describe();
    expect(item).toMatchObject({ item_tags: null, auto_rotate: false, rotation_interval: 0 });
    expect(item).not.toHaveProperty("next_rotation_date");
    expect(item.item_general_info).not.toHaveProperty("password_policy");
    expect(item.item_general_info.rotated_secret_details).toMatchObject({ timeout_seconds: 40 });
  });

  it.each([
    [{ "target-name": "/absent" }, 404, "failed to obtain target /absent"],
    [{ "target-name": "" }, 400, "missing required parameter - target-name"],
    [{ "auto-rotate": "yes" }, 400, '"yes" is neither true nor false'],
    [{ "rotation-interval": "monthly" }, 400, '"monthly" is not a whole number'],
    [{ "rotation-interval": "0" }, 400, "it must be 1 or more"],
    [{ "rotation-hour": 24 }, 400, "rotation-hour"],
    [{ "rotate-after-disconnect": "later" }, 400, '"later" is not false, true or minutes'],
    [{ "authentication-credentials": "admin" }, 400, "none of use-user-creds"],
  ])("refuses %j", async (fields, expected, text) => {
    const stage = await setStage();
    const { status, body } = await stage.createSecret(fields);
    expect([status, body.error]).toEqual([expected, expect.stringContaining(text)]);
    expect((await stage.post("/describe-item", NAME)).status).toBe(404);
  });

  it("refuses a name that is taken", async () => {
    const stage = await setStage();
    await stage.createSecret();
    expect((await stage.createSecret()).status).toBe(409);
  });

  it("makes a dry run with the real payload and the gateway's access id, and drops its answer", async () => {
    const stage = await setStage({ dryRunOnCreate: true });
    expect((await stage.createSecret()).status).toBe(200);
    const [dryRun] = stage.rotator.requests;
    expect(dryRun?.body).toEqual({ payload: "first" });
    expect(decodeJwt(dryRun?.credentials ?? "").access_id).toBe(stage.gateway.gatewayAccessId);
    expect(await stage.payload()).toBe("first");
    stage.rotator.answer = () => ({ status: 400, body: "no" });
    expect(await stage.createSecret({ name: "/second" })).toEqual({
      status: 500,
      body: { error: "creds rotation failed: unexpected response code 400: no" },
    });
    expect((await stage.post("/describe-item", { name: "/second" })).status).toBe(404);
  });

  it("makes no dry run of what says skip-dry-run", async () => {
    const stage = await setStage({ dryRunOnCreate: true });
    await stage.createSecret({ "skip-dry-run": "true" });
    expect(stage.rotator.requests).toEqual([]);
  });

  it("plays a dry run as p-custom, and one whose answer is stored, by switches", async () => {
    const stage = await setStage({
      dryRunOnCreate: true,
      dryRunAnswer: "store",
      dryRunAccessId: "p-custom",
    });
    await stage.createSecret();
    expect(decodeJwt(stage.rotator.requests[0]?.credentials ?? "").access_id).toBe("p-custom");
    expect(await stage.payload()).toBe("rotated-1");
  });

  it("stores and shows the newer settings, and reports none of them as not understood", async () => {
    const stage = await setStage();
    const told: unknown[] = [];
    stage.gateway.onIgnored((ignored) => told.push(ignored));
    await stage.post("/target-create-web", { name: "/hosts", url: "https://hosts" });
    const settings = {
      "skip-dry-run": "true",
      "lock-on-read": "true",
      "lock-ttl": 15,
      "rotate-on-unlock": "true",
      "secure-access-enforce-hosts-restriction": "true",
      "host-provider": "target",
      target: ["/hosts"],
      "ara-enabled": "true",
      "enable-ai-quorum": "true",
      "input-rule": ["name=no-exports,rule=Refuse an export, always."],
      "output-rule": ["name=short,rule=One line"],
    };
    await stage.createSecret(settings);
    const shown = {
      rotated_secret_details: { skip_dry_run: true },
      ...{ lock_on_read: true, lock_ttl: 15, rotate_on_unlock: true },
      secure_remote_access_details: {
        enforce_hosts_restriction: true,
        host_provider_type: "target",
        targets: ["/hosts"],
      },
      agentic_rules: {
        enabled: true,
        quorum_enabled: true,
        input_rules: [{ name: "no-exports", rule: "Refuse an export, always." }],
        output_rules: [{ name: "short", rule: "One line" }],
      },
    };
    expect((await stage.describe()).item_general_info).toMatchObject(shown);
    await stage.post("/rotated-secret-update-custom", { name: SECRET, "host-provider": "" });
    expect((await stage.describe()).item_general_info).toMatchObject(shown);
    await stage.post("/rotated-secret-update-custom", { name: SECRET, target: [] });
    expect((await stage.describe()).item_general_info).toMatchObject({
      ...shown,
      secure_remote_access_details: { targets: [] },
    });
    const deleted = { name: SECRET, "force-delete": true };
    expect((await stage.post("/rotated-secret-delete", deleted)).status).toBe(200);
    expect(told).toEqual([]);
  });

  it("refuses targets of sessions that are not there, and rules of another form", async () => {
    const stage = await setStage();
    expect((await stage.createSecret({ target: ["/nowhere"] })).status).toBe(404);
    expect(await stage.createSecret({ "input-rule": ["no rule"] })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("input-rule") },
    });
  });

  it("answers to the deprecated paths too", async () => {
    const stage = await setStage();
    await stage.post("/target-create-web", { name: "/rotator", url: stage.rotator.url });
    const legacy = { ...NAME, "target-name": "/rotator", metadata: "old word" };
    const wrongType = { ...legacy, "rotator-type": "ldap" };
    expect((await stage.post("/create-rotated-secret", wrongType)).body.error).toContain(
      "only the type custom is emulated",
    );
    await stage.post("/create-rotated-secret", { ...legacy, "rotator-type": "custom" });
    expect(await stage.describe()).toMatchObject({ item_metadata: "old word" });
    await stage.post("/update-rotated-secret", { ...NAME, "new-metadata": "new" });
    expect(await stage.describe()).toMatchObject({ item_metadata: "new" });
  });
});

describe("updating a custom rotated secret", () => {
  it("replaces the value by a new version without calling the rotator", async () => {
    const stage = await setStage();
    await stage.createSecret();
    const update = { ...NAME, "custom-payload": "by hand" };
    await stage.post("/rotated-secret-update-custom", update);
    await stage.post("/rotated-secret-update-custom", update);
    expect(await stage.payload()).toBe("by hand");
    expect((await stage.describe()).last_version).toBe(2);
    expect(await stage.payload(1)).toBe("first");
    expect(stage.rotator.requests).toEqual([]);
  });

  it("drops the version before where keep-prev-version says so", async () => {
    const stage = await setStage();
    await stage.createSecret();
    const update = { ...NAME, "custom-payload": "second", "keep-prev-version": "false" };
    await stage.post("/rotated-secret-update-custom", update);
    expect((await stage.describe()).item_versions).toMatchObject([{ version: 2 }]);
  });

  const before = {
    description: "old",
    "secure-access-enable": "true",
    "secure-access-host": ["app01"],
    "secure-access-web": true,
  };
  const zeroes = {
    ...NAME,
    description: "",
    "custom-payload": "",
    "secure-access-enable": "",
    "secure-access-host": [],
    "secure-access-web": false,
  };

  it("keeps texts that come empty and overwrites lists and booleans", async () => {
    const stage = await setStage();
    await stage.createSecret(before);
    await stage.post("/rotated-secret-update-custom", zeroes);
    expect(await stage.payload()).toBe("first");
    expect(await stage.describe()).toMatchObject({
      item_metadata: "old",
      item_general_info: {
        secure_remote_access_details: { enable: true, host: [], is_web: false },
      },
    });
  });

  it("can be told to read empty values the other way", async () => {
    const stage = await setStage({ emptyTextOnUpdate: "overwrite", emptyListOnUpdate: "keep" });
    await stage.createSecret(before);
    await stage.post("/rotated-secret-update-custom", zeroes);
    expect(await stage.describe()).toMatchObject({
      item_metadata: "",
      item_general_info: { secure_remote_access_details: { host: ["app01"] } },
    });
  });

  it("renames, adds and removes tags, and understands the SDK's sentinel", async () => {
    const stage = await setStage();
    await stage.createSecret({ tags: ["a", "b"], description: "stays" });
    await stage.post("/rotated-secret-update-custom", {
      ...NAME,
      "new-name": "/prod/renamed",
      "add-tag": ["b", "c"],
      "rm-tag": ["a"],
      description: "default_metadata",
    });
    expect((await stage.post("/describe-item", NAME)).status).toBe(404);
    const { body } = await stage.post("/describe-item", { name: "prod/renamed" });
    expect(body).toMatchObject({ item_metadata: "stays", item_tags: ["b", "c"] });
    expect((await stage.post("/get-tags", { name: "/prod/renamed" })).body).toEqual(["b", "c"]);
  });

  it("moves the next rotation only when the schedule itself changes", async () => {
    const stage = await setStage();
    await stage.createSecret({ "auto-rotate": "true", "rotation-interval": "30" });
    const planned = (await stage.describe()).next_rotation_date;
    await stage.gateway.advance(86_400_000);
    const same = { ...NAME, "auto-rotate": "true", "rotation-interval": "30", description: "x" };
    await stage.post("/rotated-secret-update-custom", same);
    expect((await stage.describe()).next_rotation_date).toBe(planned);
    await stage.post("/rotated-secret-update-custom", { ...same, "rotation-interval": 10 });
    expect((await stage.describe()).next_rotation_date).not.toBe(planned);
    await stage.post("/rotated-secret-update-custom", { ...NAME, "auto-rotate": false });
    expect(await stage.describe()).not.toHaveProperty("next_rotation_date");
  });
});

import { describe, expect, test } from "vitest";
import { type ApiClient, ApiFailure } from "../../../harness/terraform-provider/akeyless/client.ts";
import { rotatedSecretCustom as resourceOf } from "../../../harness/terraform-provider/akeyless/rotated-secret-custom.ts";
import { rotatedSecretData } from "../../../harness/terraform-provider/akeyless/rotated-secret-data.ts";
import type { ObjectValue } from "../../../harness/terraform-provider/protocol/values.ts";

/** As the default release, 2.0.5, has it. */
const rotatedSecretCustom = resourceOf("2.0.5");

type Body = Readonly<Record<string, unknown>>;

/** An API that answers each command with what is given, and what it was sent. */
function apiOf(answers: Readonly<Record<string, unknown>>) {
  const sent: { command: string; body: Body }[] = [];
  const client: ApiClient = {
    call: async (command, body) => {
      sent.push({ command, body });
      const answer = answers[command];
      if (answer instanceof Error) throw answer;
      return answer ?? {};
    },
  };
  return { client, sent };
}

const failure = (status: number) =>
  new ApiFailure(new Response(null, { status, statusText: "Some Text" }));

/** Every attribute of the resource that is sent, when none of them is set. */
const EMPTY = {
  key: "",
  description: "",
  "custom-payload": "",
  "auto-rotate": "",
  "rotation-interval": "",
  "rotation-hour": 0,
  "password-length": "",
  "authentication-credentials": "",
  delete_protection: "",
  "enable-password-policy": "",
  "max-versions": "",
  "rotate-after-disconnect": "",
  "rotation-event-in": [],
  "secure-access-enable": "",
  "secure-access-host": [],
  "secure-access-url": "",
  "secure-access-ssh-user": "",
  "secure-access-rdp-domain": "",
  "secure-access-rdp-user": "",
  "secure-access-certificate-issuer": "",
  "secure-access-web": false,
  "secure-access-web-browsing": false,
  "secure-access-web-proxy": false,
  "secure-access-allow-external-user": false,
  "use-capital-letters": "",
  "use-lower-letters": "",
  "use-numbers": "",
  "use-special-characters": "",
  "input-rule": [],
  "output-rule": [],
  "skip-dry-run": false,
  "ara-enabled": false,
  "enable-agentic-runtime-authority": false,
  "enable-ai-quorum": false,
};

describe("create", () => {
  test("sends everything, what is not set as nothing, and does not read back", async () => {
    const { client, sent } = apiOf({});
    const state = await rotatedSecretCustom.create(client, { name: "/s", target_name: "/t" });
    expect(sent).toEqual([
      {
        command: "rotated-secret-create-custom",
        body: { ...EMPTY, name: "/s", "target-name": "/t", tags: [] },
      },
    ]);
    expect(state).toEqual({ name: "/s", target_name: "/t", id: "/s" });
  });

  test("leaves out keep_prev_version, a timeout of zero, and custom fields that are empty", async () => {
    const { client, sent } = apiOf({});
    const planned = { keep_prev_version: "true", timeout_sec: 0, item_custom_fields: {} };
    await rotatedSecretCustom.create(client, { name: "/s", ...planned });
    expect(Object.keys(sent[0]?.body ?? {})).not.toContain("keep-prev-version");
    expect(Object.keys(sent[0]?.body ?? {})).not.toContain("timeout-sec");
    expect(Object.keys(sent[0]?.body ?? {})).not.toContain("item-custom-fields");
  });

  test("shows the status when it fails, never the answer", async () => {
    const { client } = apiOf({ "rotated-secret-create-custom": failure(409) });
    await expect(rotatedSecretCustom.create(client, { name: "/s" })).rejects.toThrow(
      /^can't create rotated secret: 409 Some Text$/,
    );
  });

  test("sends in 2.0.1 neither the rules nor the switches that 2.0.5 added", async () => {
    const { client, sent } = apiOf({});
    const planned = { name: "/s", input_rule: ["name=a,rule=b"], skip_dry_run: true };
    await resourceOf("2.0.1").create(client, planned);
    const fields = Object.keys(sent[0]?.body ?? {});
    expect(fields).not.toContain("input-rule");
    expect(fields).not.toContain("skip-dry-run");
    await rotatedSecretCustom.create(client, planned);
    expect(sent[1]?.body).toMatchObject({ "input-rule": ["name=a,rule=b"], "skip-dry-run": true });
  });
});

describe("update", () => {
  const prior = { id: "/s", name: "/s" };

  test("sends everything but the target, the payload of the state included", async () => {
    const { client, sent } = apiOf({ "get-tags": [] });
    const planned = {
      name: "/s",
      target_name: "/other",
      custom_payload: "from the state",
      timeout_sec: 30,
      keep_prev_version: "true",
    };
    await rotatedSecretCustom.update(client, planned, prior);
    expect(sent.at(-1)).toEqual({
      command: "rotated-secret-update-custom",
      body: {
        ...EMPTY,
        name: "/s",
        "new-name": "/s",
        "custom-payload": "from the state",
        "timeout-sec": 30,
        "keep-prev-version": "true",
      },
    });
  });

  test("adds and removes tags by what the API has", async () => {
    const { client, sent } = apiOf({ "get-tags": ["old", "kept"] });
    await rotatedSecretCustom.update(client, { name: "/s", tags: ["kept", "new"] }, prior);
    expect(sent.at(-1)?.body).toMatchObject({ "add-tag": ["new"], "rm-tag": ["old"] });
  });

  test("leaves the tags alone, silently, when they cannot be read", async () => {
    const { client, sent } = apiOf({ "get-tags": failure(500) });
    await rotatedSecretCustom.update(client, { name: "/s", tags: ["new"] }, prior);
    expect(Object.keys(sent.at(-1)?.body ?? {})).not.toContain("add-tag");
  });
});

describe("read", () => {
  const item = {
    item_metadata: "described",
    item_tags: null,
    item_targets_assoc: [{ target_name: "t" }],
    protection_key_name: "",
    auto_rotate: true,
    rotation_interval: 30,
    delete_protection: true,
    item_general_info: {
      rotated_secret_details: { rotation_hour: 4, timeout_seconds: 99, max_versions: 5 },
      password_policy: { password_length: 20, use_numbers: true },
      secure_remote_access_details: { enable: true, url: "https://changed" },
    },
  };
  const state: ObjectValue = {
    id: "/s",
    name: "/s",
    target_name: "/t",
    tags: ["kept"],
    custom_payload: "first",
    secure_access_url: "https://declared",
    timeout_sec: 40,
  };
  const read = (answers: Readonly<Record<string, unknown>>, from = state) =>
    rotatedSecretCustom.read(apiOf(answers).client, from);
  const value = { value: { payload: "rotated" } };

  test("takes the payload from the current value", async () => {
    const answers = { "describe-item": item, "rotated-secret-get-value": value };
    expect(await read(answers)).toMatchObject({ custom_payload: "rotated" });
  });

  test("refreshes the schedule, the policy and the description", async () => {
    const answers = { "describe-item": item, "rotated-secret-get-value": value };
    expect(await read(answers)).toMatchObject({
      description: "described",
      auto_rotate: "true",
      rotation_interval: "30",
      rotation_hour: 4,
      password_length: "20",
      use_numbers: "true",
    });
  });

  test("never refreshes Secure Remote Access, timeout, protection and versions", async () => {
    const answers = { "describe-item": item, "rotated-secret-get-value": value };
    const refreshed = await read(answers);
    expect(refreshed).toMatchObject({ secure_access_url: "https://declared", timeout_sec: 40 });
    expect(refreshed).not.toHaveProperty("secure_access_enable");
    expect(refreshed).not.toHaveProperty("delete_protection");
    expect(refreshed).not.toHaveProperty("max_versions");
  });

  test("keeps tags when the API has none, and a leading slash that the API drops", async () => {
    const answers = { "describe-item": item, "rotated-secret-get-value": value };
    expect(await read(answers)).toMatchObject({ tags: ["kept"], target_name: "/t" });
  });

  test("keeps a target name without the slash that the API sends, and sees another target", async () => {
    const slashed = { ...item, item_targets_assoc: [{ target_name: "/t" }] };
    const answers = { "describe-item": slashed, "rotated-secret-get-value": value };
    expect(await read(answers, { ...state, target_name: "t" })).toMatchObject({
      target_name: "t",
    });
    expect(await read(answers, { ...state, target_name: "other" })).toMatchObject({
      target_name: "/t",
    });
  });

  test("reads the password policy in 2.0.5 and not in 2.0.1", async () => {
    const { client } = apiOf({ "describe-item": item, "rotated-secret-get-value": value });
    expect(await rotatedSecretCustom.import?.(client, "/s")).toHaveProperty("password_length");
    const imported = await resourceOf("2.0.1").import?.(client, "/s");
    expect(imported).not.toHaveProperty("password_length");
    expect(imported).not.toHaveProperty("use_numbers");
  });

  test("says nothing of a schedule that is off and was never declared", async () => {
    const off = { ...item, auto_rotate: false, rotation_interval: 0 };
    const answers = { "describe-item": off, "rotated-secret-get-value": value };
    const refreshed = await read(answers);
    expect(refreshed).not.toHaveProperty("auto_rotate");
    expect(refreshed).not.toHaveProperty("rotation_interval");
  });

  test("fails for a secret that is gone, with the status alone", async () => {
    await expect(read({ "describe-item": failure(404) })).rejects.toThrow(/^404 Some Text$/);
  });

  test.each([
    failure(403),
    failure(404),
    failure(500),
    new TypeError("fetch failed", { cause: new Error("timed out") }),
  ])("keeps the payload that the state has when the value cannot be read: %s", async (error) => {
    const answers = { "describe-item": item, "rotated-secret-get-value": error };
    expect(await read(answers)).toMatchObject({
      custom_payload: "first",
      description: "described",
    });
  });

  test("refuses a payload that is not text", async () => {
    const odd = { value: { payload: { password: "x" } } };
    const answers = { "describe-item": item, "rotated-secret-get-value": odd };
    await expect(read(answers)).rejects.toThrow("The payload in the API's answer is not text.");
  });
});

describe("delete", () => {
  test("sends the name alone", async () => {
    const { client, sent } = apiOf({});
    await rotatedSecretCustom.delete(client, { id: "/s", name: "/s" });
    expect(sent).toEqual([{ command: "delete-item", body: { name: "/s" } }]);
  });
});

describe("the data source", () => {
  const command = "get-rotated-secret-value";
  const config = { name: "/s", ignore_cache: "false", version: null, host: null };

  test("asks for version 0 and gives the whole answer as text", async () => {
    const { client, sent } = apiOf({ [command]: { value: { payload: "p" } } });
    const state = await rotatedSecretData.read(client, config);
    expect(sent[0]?.body).toEqual({ names: "/s", version: 0, "ignore-cache": "false" });
    expect(state.value).toBe('{"value":{"payload":"p"}}');
  });

  test.each([401, 404, 500])("fails where the API answers %i", async (status) => {
    const { client } = apiOf({ [command]: failure(status) });
    await expect(rotatedSecretData.read(client, config)).rejects.toThrow(
      `can't get value: ${status} Some Text`,
    );
  });
});

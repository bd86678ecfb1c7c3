import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { setStage } from "../unit/harness/gateway/api.ts";

const run = promisify(execFile);

/**
 * The flags of `akeyless rotated-secret create custom` in the CLI reference, by the field of the API
 * that carries each, as the reference writes their values: everything is a text on a command line.
 */
const FLAGS = {
  "target-name": "/curl/target",
  "custom-payload": "first",
  "use-capital-letters": "true",
  "use-lower-letters": "true",
  "use-numbers": "true",
  "use-special-characters": "false",
  "enable-password-policy": "true",
  "password-length": "24",
  key: "my-key",
  "auto-rotate": "true",
  "rotation-interval": "30",
  "rotation-hour": "4",
  "rotation-event-in": ["1", "7"],
  "authentication-credentials": "use-target-creds",
  "max-versions": "5",
  "timeout-sec": "20",
  "secure-access-enable": "true",
  "rotate-after-disconnect": "15",
  "secure-access-bastion-issuer": "/issuer",
  "secure-access-web": "true",
  "secure-access-web-browsing": "false",
  "secure-access-web-proxy": "true",
  "secure-access-host": ["app01", "app02"],
  "secure-access-rdp-domain": "corp",
  "secure-access-rdp-user": "rdp",
  "secure-access-allow-external-user": "true",
  "secure-access-url": "https://app01/login",
  "secure-access-ssh-user": "ssh",
  tags: ["one", "two"],
  delete_protection: "true",
} as const;

test("the commands of the CLI reference, sent by curl: every flag arrives and is shown", async () => {
  const { gateway, rotator } = await setStage();
  let token = "";
  /** Posts as curl does, and returns the answer with the fields that were not understood. */
  const curl = async (path: string, fields: object): Promise<Record<string, unknown>> => {
    const body = JSON.stringify({ ...fields, ...(token && { token }) });
    const address = `${gateway.url}/api/v2/${path}`;
    const args = ["-sS", "-i", "-X", "POST", address, "-H", "Content-Type: application/json"];
    const { stdout } = await run("curl", [...args, "-d", body]);
    const [head = "", answer = ""] = stdout.split("\r\n\r\n");
    expect(head, path).toMatch(/^HTTP\/1\.1 200/);
    expect(head, path).not.toMatch(/x-emulator-ignored/i);
    return JSON.parse(answer) as Record<string, unknown>;
  };
  const login = { "access-id": gateway.accessId, "access-key": gateway.accessKey };
  token = String((await curl("auth", login)).token);
  const { url } = rotator;
  await curl("target-create-web", { name: "/curl/target", url, "max-versions": "3" });
  await curl("target-update-web", { name: "/curl/target", url, "keep-prev-version": "true" });
  const name = "/curl/app";
  await curl("rotated-secret-create-custom", { name, ...FLAGS });
  const described = await curl("describe-item", { name });
  expect(described).toMatchObject({
    item_tags: ["one", "two"],
    protection_key_name: "my-key",
    delete_protection: true,
    auto_rotate: true,
    rotation_interval: 30,
    item_general_info: {
      rotated_secret_details: {
        rotator_creds_type: "use-target-creds",
        rotation_hour: 4,
        max_versions: 5,
        timeout_seconds: 20,
        enable_custom_password_policy: true,
      },
      password_policy: {
        password_length: 24,
        use_capital_letters: true,
        use_lower_letters: true,
        use_numbers: true,
        use_special_characters: false,
      },
      next_rotation_events: [{ seconds_before: 86_400 }, { seconds_before: 604_800 }],
      secure_remote_access_details: {
        enable: true,
        host: ["app01", "app02"],
        url: "https://app01/login",
        is_web: true,
        isolated: false,
        web_proxy: true,
        bastion_issuer: "/issuer",
        ssh_user: "ssh",
        domain: "corp",
        rdp_user: "rdp",
        allow_providing_external_username: true,
        rotate_after_disconnect: true,
        rotate_after_disconnect_delay_mins: 15,
      },
    },
  });
  await curl("rotated-secret-update-custom", {
    ...{ name, "new-name": `${name}-2`, "add-tag": ["three"], "rm-tag": ["one"] },
    ...{ "keep-prev-version": "false", "custom-payload": "second", delete_protection: "false" },
  });
  const renamed = { name: `${name}-2` };
  expect(await curl("get-tags", renamed)).toEqual(["two", "three"]);
  await curl("gateway-rotate-secret", renamed);
  expect(await curl("get-rotated-secret-value", { names: renamed.name })).toEqual({
    value: { payload: "rotated-1" },
  });
  await curl("delete-item", renamed);
  await curl("target-delete", { name: "/curl/target" });
});

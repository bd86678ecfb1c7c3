import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findPrerequisites } from "../../demo/prerequisites.ts";
import { rotateWithSdk } from "../../demo/proof.ts";
import {
  createTerraformProject,
  type TerraformProject,
  type TerraformProjectOptions,
} from "../../harness/terraform-project.ts";
import { installProvider } from "../../harness/terraform-provider/install.ts";
import {
  startTestbed,
  TESTBED_ITEM,
  TESTBED_USERNAME,
  type Testbed,
} from "../../harness/testbed.ts";

type Json = Record<string, unknown>;

/** What the gateway's API answers, asked as any client would. */
async function api(testbed: Testbed, path: string, body: Json): Promise<Json> {
  const call = async (where: string, fields: Json) => {
    const response = await fetch(`${testbed.gateway.url}${where}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    return (await response.json()) as Json;
  };
  const { accessId, accessKey } = testbed.gateway;
  const { token } = await call("/auth", { "access-id": accessId, "access-key": accessKey });
  return call(path, { ...body, token });
}

async function storedPassword(testbed: Testbed): Promise<string> {
  const reply = await api(testbed, "/rotated-secret-get-value", { name: TESTBED_ITEM });
  const { payload } = reply.value as { payload: string };
  return (JSON.parse(payload) as { current_password: string }).current_password;
}

describe("the documentation's scenario, from a declaration to a rotated password", () => {
  let testbed: Testbed;
  let project: TerraformProject;
  let options: TerraformProjectOptions;
  const passwords: string[] = [];

  /** The newest password opens the account, all before it do not. */
  const expectRotated = async () => {
    const password = await storedPassword(testbed);
    expect(passwords).not.toContain(password);
    expect(await testbed.app.accepts(TESTBED_USERNAME, password)).toBe(true);
    for (const old of passwords)
      expect(await testbed.app.accepts(TESTBED_USERNAME, old)).toBe(false);
    passwords.push(password);
  };
  const describeItem = () => api(testbed, "/describe-item", { name: TESTBED_ITEM });

  beforeAll(async () => {
    testbed = await startTestbed();
    const env = { PATH: process.env.PATH ?? "", HOME: testbed.directory };
    const { terraform, cli } = await findPrerequisites(env, new AbortController().signal);
    const { environment } = await installProvider(`${testbed.directory}/terraform`);
    options = {
      binary: terraform?.binary ?? "terraform",
      cli,
      stack: "rotation-demo",
      env: {
        ...env,
        ...environment,
        ...testbed.deploymentEnvironment,
      },
    };
    project = await createTerraformProject(options);
  });

  afterAll(async () => {
    await project?.remove();
    await testbed?.stop();
  });

  test("cdktf deploy creates the Web Target and the secret with the documented parameters", async () => {
    await project.deploy();
    const target = await api(testbed, "/target-get-details", { name: "my-rotator-target" });
    expect(target.value).toEqual({ web_target_details: { url: testbed.rotator.url } });
    expect(await describeItem()).toMatchObject({
      item_name: TESTBED_ITEM,
      auto_rotate: true,
      rotation_interval: 30,
      item_targets_assoc: [{ target_name: "my-rotator-target" }],
      item_general_info: {
        password_policy: { password_length: 16 },
        rotated_secret_details: { timeout_seconds: 40 },
      },
    });
  });

  test("the deployment's own check has rotated the first password away", async () => {
    passwords.push(testbed.initialPassword);
    await expectRotated();
    expect(testbed.gateway.item(TESTBED_ITEM)?.versions.map(({ version }) => version)).toEqual([
      1, 2,
    ]);
  });

  test("Secure Remote Access stays off until a rotation was proved", async () => {
    const { item_general_info: info } = await describeItem();
    const { secure_remote_access_details: access } = info as Json;
    expect((access as Json | undefined)?.enable ?? false).toBe(false);
  });

  test("rotate now, through Akeyless's SDK: a new version, the new password in, the old one out", async () => {
    const { last_version: before } = await describeItem();
    await rotateWithSdk(testbed);
    expect(await describeItem()).toMatchObject({
      last_version: Number(before) + 1,
      item_general_info: { rotated_secret_details: { rotator_status: "RotationSucceeded" } },
    });
    await expectRotated();
  });

  test("the new password obeys the declared policy", () => {
    expect(passwords.at(-1)).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{16}$/);
  });

  test("the rotator's log tells each step and contains no secret", () => {
    const log = testbed.rotator.text();
    for (const step of ["credentials validated", "password changed", "answer returned"]) {
      expect(log).toContain(step);
    }
    for (const secret of [...passwords, testbed.gateway.accessKey])
      expect(log).not.toContain(secret);
  });

  test("the scheduled rotation runs when the interval is over, not before", async () => {
    const next = testbed.gateway.item(TESTBED_ITEM)?.nextRotationAt ?? 0;
    await testbed.gateway.clock.advanceTo(next - 1);
    expect(await storedPassword(testbed)).toBe(passwords.at(-1));
    await testbed.gateway.clock.advanceTo(next);
    await expectRotated();
  });

  test("a second deploy enables Secure Remote Access, brings no old password back and shows none", async () => {
    const output = await project.deploy({ SRA_STAGE: "enabled" });
    await expectRotated();
    expect(output).toContain("secure_access_enable");
    for (const secret of passwords) expect(output).not.toContain(secret);
    expect(await describeItem()).toMatchObject({
      item_general_info: {
        secure_remote_access_details: {
          enable: true,
          host: ["app01.internal.example.com"],
          rotate_after_disconnect: true,
        },
      },
    });
  });

  test("the end of a session rotates", async () => {
    await testbed.gateway.closeSession(testbed.gateway.openSession(TESTBED_ITEM));
    await expectRotated();
  });

  test("cdktf diff shows no change after all these rotations", async () => {
    const { changes, text } = await project.diff({ SRA_STAGE: "enabled" });
    expect(changes, text).toBe(false);
  });

  test("cdktf destroy removes item and target", async () => {
    await project.destroy({ SRA_STAGE: "enabled" });
    expect(testbed.gateway.item(TESTBED_ITEM)).toBeUndefined();
    const target = await api(testbed, "/target-get-details", { name: "my-rotator-target" });
    expect(target).toHaveProperty("error");
  });

  describe("without the cdktf CLI", () => {
    let direct: TerraformProject;
    const deployWith = async (env: Readonly<Record<string, string>>) => {
      const { TF_VAR_reporting_app_password: _, ...others } = options.env;
      direct = await createTerraformProject({ ...options, cli: undefined, env: others });
      await direct.deploy(env);
    };
    afterEach(async () => {
      await direct.remove();
    });

    test("a deployment without the first password says which variable is missing", async () => {
      await expect(deployWith({})).rejects.toThrow(
        /^terraform apply failed: No value for required variable: .*"reporting_app_password" is not set/,
      );
    });

    test("a first password that is wrong fails the deployment with the item's own error", async () => {
      const env = { TF_VAR_reporting_app_password: "not-the-password" };
      await expect(deployWith(env)).rejects.toThrow(
        /check_failed: \/reporting-app-svc: .*"code":"out_of_sync"/,
      );
      expect(await testbed.app.accepts(TESTBED_USERNAME, passwords.at(-1) ?? "")).toBe(true);
    });
  });
});

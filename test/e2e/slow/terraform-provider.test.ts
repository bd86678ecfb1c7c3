import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, test as base, beforeAll, describe } from "vitest";
import { compareWithRecorded } from "../../compatibility/provider-schema.ts";
import { type Gateway, type GatewayOptions, startGateway } from "../../harness/gateway/index.ts";
import { runCommand } from "../../harness/processes.ts";
import { installProvider } from "../../harness/terraform-provider/install.ts";
import {
  type RotatorDouble,
  startRotatorDouble,
} from "../../unit/harness/gateway/rotator-double.ts";
import { createWorkspace, type Workspace } from "../terraform-workspace.ts";

/** What each test gets for itself. */
interface Parts {
  readonly gateway: Gateway;
  readonly rotator: RotatorDouble;
  readonly workspace: Workspace;
  /** A target with a secret, as HCL. */
  readonly secret: (settings: string, options?: SecretOptions) => string;
  /** Calls the gateway as somebody who is not Terraform. */
  readonly api: (command: string, body: object) => Promise<Record<string, unknown>>;
  readonly rotate: () => Promise<unknown>;
  /** The current payload of the secret in the gateway. */
  readonly payload: () => string | undefined;
}

interface SecretOptions {
  readonly target?: string;
  readonly lifecycle?: string;
}

let folder: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rotation-kit-provider-"));
  ({ environment } = await installProvider(folder));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SECRET = "akeyless_rotated_secret_custom.secret";
const IGNORE_PAYLOAD = { lifecycle: "ignore_changes = [custom_payload]" };

const test = base.extend<Parts & { readonly gatewayOptions: GatewayOptions }>({
  gatewayOptions: {},
  rotator: async ({ task: _ }, use) => {
    const rotator = await startRotatorDouble();
    await use(rotator);
    await rotator.stop();
  },
  gateway: async ({ gatewayOptions }, use) => {
    const gateway = await startGateway(gatewayOptions);
    await use(gateway);
    await gateway.stop();
  },
  workspace: async ({ gateway }, use) => {
    const workspace = await createWorkspace({
      ...environment,
      AKEYLESS_GATEWAY: `${gateway.url}/v2`,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
      STAND_IN_PROVIDER_WAIT_SECONDS: "0.01",
    });
    await use(workspace);
    await workspace.remove();
  },
  secret: async ({ rotator }, use) => {
    await use((settings, { target = "/targets/reporting", lifecycle = "" } = {}) => {
      return `
        provider "akeyless" {}
        resource "akeyless_target_web" "target" {
          name = "/targets/reporting"
          url  = "${rotator.url}"
        }
        resource "akeyless_rotated_secret_custom" "secret" {
          depends_on  = [akeyless_target_web.target]
          name        = "/prod/svc"
          target_name = "${target}"
          ${settings}
          ${lifecycle && `lifecycle { ${lifecycle} }`}
        }
      `;
    });
  },
  api: async ({ gateway }, use) => {
    const post = async (command: string, body: object) => {
      const response = await fetch(`${gateway.url}/${command}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (!response.ok) throw new Error(`${command}: ${JSON.stringify(answer)}`);
      return answer;
    };
    const login = { "access-id": gateway.accessId, "access-key": gateway.accessKey };
    const { token } = await post("auth", login);
    await use((command, body) => post(command, { ...body, token }));
  },
  rotate: async ({ api }, use) => {
    await use(() => api("gateway-rotate-secret", { name: "/prod/svc" }));
  },
  payload: async ({ gateway }, use) => {
    await use(() => gateway.item("/prod/svc")?.versions.at(-1)?.payload);
  },
});

describe.concurrent("a declaration", () => {
  test("is created, changes nothing when planned again, and is destroyed", async ({
    gateway,
    workspace,
    secret,
    payload,
    expect,
  }) => {
    await workspace.configure(`
      ${secret('custom_payload = "first"\ntags = ["b", "a"]\nrotation_hour = 3')}
      data "akeyless_rotated_secret" "value" { name = ${SECRET}.name }
      resource "null_resource" "check" {
        triggers = { secret = ${SECRET}.id }
        provisioner "local-exec" { command = "echo checked \${self.id} \${self.triggers.secret}" }
      }
      output "value" {
        value     = data.akeyless_rotated_secret.value.value
        sensitive = true
      }
    `);
    const applied = await workspace.apply();
    expect(applied).toMatch(/checked \d+ \/prod\/svc/);
    expect(applied).toContain("3 added");
    expect(payload()).toBe("first");
    expect(gateway.item("/prod/svc")?.tags.toSorted()).toEqual(["a", "b"]);
    expect(await workspace.succeed("output", "-raw", "value")).toBe(
      '{"value":{"payload":"first"}}',
    );
    expect((await workspace.plan()).changes).toBe(false);
    expect(await workspace.succeed("destroy", "-auto-approve")).toContain("3 destroyed");
    expect(gateway.item("/prod/svc")).toBeUndefined();
  });

  test("is changed in place, and replaced under another name", async ({
    gateway,
    workspace,
    secret,
    expect,
  }) => {
    await workspace.configure(secret('tags = ["kept", "old"]'));
    await workspace.apply();
    await workspace.configure(secret('tags = ["kept", "new"]\ndescription = "edited"'));
    expect(await workspace.apply()).toContain("0 added, 1 changed, 0 destroyed");
    expect(gateway.item("/prod/svc")).toMatchObject({
      description: "edited",
      tags: ["kept", "new"],
    });
    await workspace.configure(secret("").replace("/prod/svc", "/prod/other"));
    const { text } = await workspace.plan();
    expect(text).toMatch(/name\s+= "\/prod\/svc" -> "\/prod\/other" # forces replacement/);
    await workspace.apply();
    expect(gateway.item("/prod/svc")).toBeUndefined();
    expect(gateway.item("/prod/other")).toBeDefined();
  });

  test("that exists already is imported", async ({
    rotator,
    workspace,
    secret,
    api,
    payload,
    expect,
  }) => {
    await workspace.configure(secret('description = "there before"'));
    await api("target-create-web", { name: "/targets/reporting", url: rotator.url });
    await api("rotated-secret-create-custom", {
      name: "/prod/svc",
      "target-name": "/targets/reporting",
      "custom-payload": "live",
      description: "there before",
    });
    await workspace.succeed("import", "akeyless_target_web.target", "/targets/reporting");
    await workspace.succeed("import", SECRET, "/prod/svc");
    expect(await workspace.state(SECRET)).toMatchObject({
      custom_payload: "live",
      name: "/prod/svc",
    });
    // What the provider never reads is added by the first plan: here the default.
    const { text } = await workspace.plan();
    expect(text).toContain('+ delete_protection = "false"');
    await workspace.apply();
    expect((await workspace.plan()).changes).toBe(false);
    expect(payload()).toBe("live");
    const missing = await workspace.run("import", "akeyless_target_web.missing", "/none");
    expect(missing.code).toBe(1);
  });
});

describe.concurrent("with ignore_changes on the payload", () => {
  const settings = (description: string) =>
    `custom_payload = "first"\ndescription = "${description}"`;

  test("a rotation leaves the next plan empty, and an edit does not bring back the old password", async ({
    gateway,
    workspace,
    secret,
    rotate,
    payload,
    expect,
  }) => {
    // Without a leading slash, as the documentation writes names.
    const options = { ...IGNORE_PAYLOAD, target: "targets/reporting" };
    await workspace.configure(secret(settings("before"), options));
    await workspace.apply();
    await rotate();
    expect(payload()).toBe("rotated-1");
    expect((await workspace.plan()).changes).toBe(false);

    await workspace.configure(secret(settings("after"), options));
    await workspace.apply();
    expect(gateway.item("/prod/svc")?.description).toBe("after");
    expect(payload()).toBe("rotated-1");
    // It is sent all the same: the provider sends what its refresh found.
    const update = gateway.calls.find((call) => call.path.endsWith("rotated-secret-update-custom"));
    expect(update?.body).toMatchObject({ "custom-payload": "rotated-1" });
  });

  test("a plan from before a rotation brings the old password back, exactly if it changes the secret", async ({
    workspace,
    secret,
    rotate,
    payload,
    expect,
  }) => {
    const declared = (description: string) => secret(settings(description), IGNORE_PAYLOAD);
    const other = 'resource "null_resource" "other" {}';
    await workspace.configure(declared("before"));
    await workspace.apply();

    await workspace.configure(declared("before") + other);
    await workspace.succeed("plan", "-out=saved");
    await rotate();
    expect(await workspace.apply("saved")).toContain("1 added, 0 changed");
    expect(payload()).toBe("rotated-1");

    // Unavoidable: Terraform does not refresh before it applies a saved plan, and the provider
    // sends the payload with every update.
    await workspace.configure(declared("after") + other);
    await workspace.succeed("plan", "-out=saved");
    await rotate();
    expect(payload()).toBe("rotated-2");
    await workspace.apply("saved");
    expect(payload()).toBe("rotated-1");

    // The same without a saved plan, where the refresh is switched off.
    await rotate();
    expect(payload()).toBe("rotated-3");
    await workspace.configure(declared("again") + other);
    await workspace.apply("-refresh=false");
    expect(payload()).toBe("rotated-1");
  });
});

describe.concurrent("without ignore_changes on the payload", () => {
  test("a rotation plans the stale payload, in clear text, and apply puts it back", async ({
    workspace,
    secret,
    rotate,
    payload,
    expect,
  }) => {
    await workspace.configure(secret('custom_payload = "first"'));
    await workspace.apply();
    await rotate();
    const { changes, text } = await workspace.plan();
    expect(changes).toBe(true);
    expect(text).toMatch(/custom_payload\s+= "rotated-1" -> "first"/);
    await workspace.apply();
    expect(payload()).toBe("first");
  });

  test("a payload that is not declared follows the rotations", async ({
    workspace,
    secret,
    api,
    rotate,
    payload,
    expect,
  }) => {
    await workspace.configure(secret('description = "before"'));
    await workspace.apply();
    await api("rotated-secret-update-custom", { name: "/prod/svc", "custom-payload": "by hand" });
    await rotate();
    expect((await workspace.plan()).changes).toBe(false);
    await workspace.configure(secret('description = "after"'));
    await workspace.apply();
    expect(payload()).toBe("rotated-1");
  });
});

describe.concurrent("habits of the real provider", () => {
  test("another target is planned in place, never sent, and planned again", async ({
    rotator,
    workspace,
    secret,
    api,
    expect,
  }) => {
    await workspace.configure(secret(""));
    await workspace.apply();
    await api("target-create-web", { name: "/targets/other", url: rotator.url });
    await workspace.configure(secret("", { target: "/targets/other" }));
    expect((await workspace.plan()).text).toContain("0 to add, 1 to change, 0 to destroy");
    await workspace.apply();
    const { changes, text } = await workspace.plan();
    expect(changes).toBe(true);
    expect(text).toMatch(/target_name\s+= "targets\/reporting" -> "\/targets\/other"/);
  });

  test("a changed description is drift, changed Secure Remote Access is not", async ({
    gateway,
    workspace,
    secret,
    api,
    expect,
  }) => {
    await workspace.configure(secret('description = "declared"\nsecure_access_enable = "true"'));
    await workspace.apply();
    await api("update-item", { name: "/prod/svc", "secure-access-enable": "false" });
    expect(gateway.item("/prod/svc")?.remoteAccess.enable).toBe(false);
    expect((await workspace.plan()).changes).toBe(false);
    await api("update-item", { name: "/prod/svc", description: "by hand" });
    expect((await workspace.plan()).text).toMatch(/description\s+= "by hand" -> "declared"/);
    // The next update sends everything, so that what was changed by hand is gone.
    await workspace.apply();
    expect(gateway.item("/prod/svc")?.remoteAccess.enable).toBe(true);
  });

  test("a secret that is gone fails the plan, and so does a target that is gone", async ({
    workspace,
    secret,
    api,
    expect,
  }) => {
    await workspace.configure(secret(""));
    await workspace.apply();
    await api("delete-item", { name: "/prod/svc" });
    const failed = await workspace.run("plan");
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/Error: 404 Not Found/);
    await workspace.succeed("state", "rm", SECRET);
    await api("target-delete", { name: "/targets/reporting" });
    const lost = await workspace.run("plan");
    expect(lost.code).toBe(1);
    expect(lost.stderr).toMatch(/Error: can't get value: 404 Not Found/);
    await workspace.succeed("state", "rm", "akeyless_target_web.target");
    expect((await workspace.plan()).text).toContain("2 to add");
  });

  test("a refused update is recorded as if it had been made", async ({
    workspace,
    secret,
    expect,
  }) => {
    await workspace.configure(secret(""));
    await workspace.apply();
    await workspace.configure(secret('secure_access_enable = "maybe"'));
    const refused = await workspace.run("apply", "-auto-approve");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("can't update rotated secret");
    expect(await workspace.state(SECRET)).toMatchObject({ secure_access_enable: "maybe" });
    expect((await workspace.plan()).changes).toBe(false);
  });

  test("a login that fails is a warning, and each call then fails for itself", async ({
    workspace,
    secret,
    expect,
  }) => {
    const login = 'provider "akeyless" {\n api_key_login {\n access_key = "wrong"\n }\n }';
    await workspace.configure(secret("").replace('provider "akeyless" {}', login));
    const { code, stdout, stderr } = await workspace.run("apply", "-auto-approve");
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("Warning: authentication failed");
    expect(stderr).toContain("can't create Target: 401 Unauthorized");
  });

  test("a value that cannot be read is not an error, and the next update writes the old payload back", async ({
    gateway,
    workspace,
    secret,
    rotate,
    payload,
    expect,
  }) => {
    const declared = (tag: string) =>
      secret(`custom_payload = "first"\ntags = ["${tag}"]`, IGNORE_PAYLOAD);
    await workspace.configure(declared("before"));
    await workspace.apply();
    await rotate();
    expect(payload()).toBe("rotated-1");
    await workspace.configure(declared("after"));
    gateway.faults.inject("error-before", { at: "api", path: "/rotated-secret-get-value" });
    expect(await workspace.apply()).toContain("1 changed");
    expect(payload()).toBe("first");
  });

  test("tags that cannot be read are not set, and the apply succeeds all the same", async ({
    gateway,
    workspace,
    secret,
    expect,
  }) => {
    await workspace.configure(secret('tags = ["old"]'));
    await workspace.apply();
    await workspace.configure(secret('tags = ["new"]'));
    gateway.faults.inject("error-before", { at: "api", path: "/get-tags" });
    await workspace.apply();
    expect(gateway.item("/prod/svc")?.tags).toEqual(["old"]);
  });

  test("a removed attribute stays in the state as nothing of its type", async ({
    workspace,
    secret,
    expect,
  }) => {
    await workspace.configure(
      secret('secure_access_ssh_user = "u"\nsecure_access_host = ["h"]\nsecure_access_web = true'),
    );
    await workspace.apply();
    await workspace.configure(secret(""));
    await workspace.apply();
    expect(await workspace.state(SECRET)).toMatchObject({
      secure_access_ssh_user: "",
      secure_access_host: [],
      secure_access_web: false,
    });
    expect((await workspace.plan()).changes).toBe(false);
  });

  test("a name that is imported with another slash than it is declared with is replaced", async ({
    workspace,
    secret,
    api,
    rotator,
    expect,
  }) => {
    await workspace.configure(secret("").replace('"/prod/svc"', '"prod/svc"'));
    await api("target-create-web", { name: "/targets/reporting", url: rotator.url });
    await api("rotated-secret-create-custom", {
      name: "/prod/svc",
      "target-name": "/targets/reporting",
    });
    await workspace.succeed("import", "akeyless_target_web.target", "/targets/reporting");
    await workspace.succeed("import", SECRET, "/prod/svc");
    expect((await workspace.plan()).text).toMatch(/"\/prod\/svc" -> "prod\/svc" # forces/);
  });

  test("calls are made in the order of the real provider, with one login a plan and two an apply", async ({
    gateway,
    workspace,
    secret,
    expect,
  }) => {
    const callsOf = async (work: () => Promise<unknown>) => {
      const before = gateway.calls.length;
      await work();
      return gateway.calls.slice(before).map(({ path: called }) => called.replace(/^.*\//, ""));
    };
    await workspace.configure(secret('description = "before"'));
    const create = await callsOf(() => workspace.apply());
    expect(create).toEqual(["auth", "auth", "target-create-web", "rotated-secret-create-custom"]);
    const refresh = ["target-get-details", "describe-item", "rotated-secret-get-value"];
    const plan = await callsOf(() => workspace.plan());
    expect(plan[0]).toBe("auth");
    expect(plan.slice(1).toSorted()).toEqual(refresh.toSorted());
    expect(plan.indexOf("describe-item")).toBeLessThan(plan.indexOf("rotated-secret-get-value"));
    await workspace.configure(secret('description = "after"'));
    const update = await callsOf(() => workspace.apply());
    expect(update.slice(-3)).toEqual(["auth", "get-tags", "rotated-secret-update-custom"]);
    const sent = gateway.calls.at(-1)?.body;
    expect(sent).toMatchObject({ "secure-access-url": "", "secure-access-host": [] });
    expect(sent).not.toHaveProperty("target-name");
    const destroy = await callsOf(() => workspace.succeed("destroy", "-auto-approve"));
    expect(destroy.slice(-3)).toEqual(["auth", "delete-item", "target-delete"]);
    expect(gateway.calls.at(-2)?.body).toEqual({ name: "/prod/svc", token: expect.anything() });
  });

  test("a gateway address with a slash at its end cannot be used", async ({
    gateway,
    workspace,
    secret,
    expect,
  }) => {
    const address = `provider "akeyless" { api_gateway_address = "${gateway.url}/v2/" }`;
    await workspace.configure(secret("").replace('provider "akeyless" {}', address));
    const { code, stdout, stderr } = await workspace.run("apply", "-auto-approve");
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("authentication failed");
  });
});

describe.concurrent("the release 2.0.1", () => {
  test("lacks the attributes that 2.0.5 added", async ({ gateway, expect }) => {
    const older = await mkdtemp(path.join(tmpdir(), "rotation-kit-provider-"));
    const installed = await installProvider(older, { release: "2.0.1" });
    const workspace = await createWorkspace({
      ...installed.environment,
      AKEYLESS_GATEWAY: `${gateway.url}/v2`,
    });
    try {
      await workspace.configure('provider "akeyless" {}');
      const schema = JSON.parse(await workspace.succeed("providers", "schema", "-json"));
      const gone = compareWithRecorded(schema).filter((difference) => difference.includes("gone"));
      expect(gone).toHaveLength(6);
    } finally {
      await workspace.remove();
      await rm(older, { recursive: true, force: true });
    }
  });
});

describe.concurrent("the provider's process", () => {
  // A rotator that does not answer before it is told to keeps `create` waiting.
  const slow = test.extend<{
    readonly gatewayOptions: GatewayOptions;
    readonly answer: () => void;
  }>({
    gatewayOptions: { dryRunOnCreate: true },
    answer: async ({ rotator }, use) => {
      let answer = () => {};
      const told = new Promise<void>((resolve) => {
        answer = resolve;
      });
      rotator.answer = () => told.then(() => "answered");
      await use(answer);
    },
  });

  slow(
    "ends with Terraform after Ctrl-C in the middle of an apply",
    async ({ gateway, rotator, workspace, secret, answer, expect }) => {
      await workspace.configure(secret(""));
      const terraform = workspace.start("apply", "-auto-approve");
      await expect.poll(() => rotator.requests.length).toBe(1);
      expect(await processesOf(workspace)).not.toEqual([]);
      // As a terminal does: to Terraform and to its providers, which must not end by themselves.
      process.kill(-Number(terraform.pid), "SIGINT");
      await expect.poll(() => terraform.output()).toContain("Interrupt received");
      answer();
      expect(await terraform.ended).toBe(1);
      await expect.poll(() => processesOf(workspace)).toEqual([]);
      expect(await socketsOf(workspace)).toEqual([]);
      // What was under way has been finished and recorded.
      expect(gateway.item("/prod/svc")).toBeDefined();
      expect(await workspace.state(SECRET)).toMatchObject({ id: "/prod/svc" });
    },
  );

  slow(
    "ends by itself when Terraform is killed",
    async ({ rotator, workspace, secret, answer, expect }) => {
      await workspace.configure(secret(""));
      const terraform = workspace.start("apply", "-auto-approve");
      await expect.poll(() => rotator.requests.length).toBe(1);
      process.kill(Number(terraform.pid), "SIGKILL");
      await terraform.ended;
      await expect.poll(() => processesOf(workspace)).toEqual([]);
      expect(await socketsOf(workspace)).toEqual([]);
      answer();
    },
  );
});

/** Terraform and its providers, as long as they run for this workspace. */
async function processesOf(workspace: Workspace): Promise<string[]> {
  if (process.platform !== "linux") {
    const { stdout } = await runCommand("ps", ["-A", "-E", "-o", "command="], { env: {} });
    return stdout.split("\n").filter((line) => line.includes(workspace.temporary));
  }
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    // A process may end between the listing and this, or belong to somebody else.
    pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => environments[index]?.includes(workspace.temporary));
}

async function socketsOf(workspace: Workspace): Promise<string[]> {
  return (await readdir(workspace.temporary)).filter((name) => name.startsWith("tfp-"));
}

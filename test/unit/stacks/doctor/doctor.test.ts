import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { examine } from "../../../../stacks/doctor/check.ts";
import { doctorCommand } from "../../../../stacks/doctor/doctor-command.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { temporaryFolder } from "../../rotator/temporary-folder.ts";
import { runKit } from "../operations/run-command.ts";

const DAY = 86_400_000;
const authority = await createAuthority();

interface Sight {
  readonly exitCode: number;
  /** `result: evidence -> repair` of the findings of a check. */
  of(check: string): string[];
}

async function doctor(
  environment: Record<string, string>,
  {
    args = [],
    now,
    node = "24.1.0",
  }: { args?: readonly string[]; now?: () => number; node?: string } = {},
): Promise<Sight> {
  const { exitCode, stdout } = await runKit(
    (io) => doctorCommand(io, node),
    ["--json", ...args],
    environment,
    now ? { now } : {},
  );
  expect(stdout).not.toContain("canary");
  const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
  return {
    exitCode,
    of: (name) =>
      findings
        .filter(({ check }) => check === name)
        .map(({ result, evidence, repair }) => `${result}: ${evidence} -> ${repair ?? ""}`),
  };
}

const login = (url: string) => ({
  AKEYLESS_GATEWAY: url,
  AKEYLESS_ACCESS_ID: "p-1",
  AKEYLESS_ACCESS_KEY: "canary",
});

async function stage(options: Parameters<typeof setStage>[0] = {}) {
  const all = await setStage(options);
  const { url, accessId, accessKey } = all.gateway;
  const environment = {
    AKEYLESS_GATEWAY: url,
    AKEYLESS_ACCESS_ID: accessId,
    AKEYLESS_ACCESS_KEY: accessKey,
  };
  return { ...all, environment };
}

/** A synthesized stack that declares secrets. */
function synthesized(names: string | readonly string[], backend: string): string {
  const out = temporaryFolder({});
  mkdirSync(join(out, "stacks/prod"), { recursive: true });
  const stack = {
    terraform: { backend: { [backend]: {} } },
    resource: {
      akeyless_rotated_secret_custom: Object.fromEntries(
        [names].flat().map((name, index) => [`app${index}`, { name }]),
      ),
    },
  };
  writeFileSync(join(out, "stacks/prod/cdk.tf.json"), JSON.stringify(stack));
  return out;
}

describe("from the deployer's machine", () => {
  test("the public API and the console's port are named, with an address that works", async () => {
    const api = await doctor(login("https://api.akeyless.io"), { args: ["--out", "/nowhere"] });
    expect(api.of("gateway_address")[0]).toMatch(/^problem: .*public API.* -> set it to .*:8081/);
    expect(api.exitCode).toBe(2);
  });

  test("a missing address is a finding, not the end", async () => {
    const { of } = await doctor({}, { args: ["--out", "/nowhere/cdktf.out"] });
    expect(of("gateway_address")[0]).toMatch(/^problem: /);
    expect(of("login")).toEqual(["unknown: could not look: see gateway_address -> "]);
    expect(of("node_version")).toEqual(["ok: Node.js 24.1.0 -> "]);
  });

  test("an old Node.js and a missing Terraform are named", async () => {
    const { of } = await doctor({ TERRAFORM_BINARY_NAME: "/no/terraform" }, { node: "18.20.1" });
    expect(of("node_version")).toEqual([
      "problem: Node.js 18.20.1 -> install Node.js 20.19 or newer",
    ]);
    expect(of("terraform_version")[0]).toMatch(/^problem: .*tells no version/);
  });

  test.each([
    ["20.20.2", ["cdktn-cli"], "problem: Node.js 20.20.2, on which cdktn-cli does not start"],
    ["22.19.0", ["cdktn-cli"], "ok: Node.js 22.19.0"],
    ["22.21.0", ["cdktf-cli"], "ok: Node.js 22.21.0"],
    ["24.1.0", ["cdktf-cli"], "problem: Node.js 24.1.0, on which cdktf-cli does not start"],
    ["20.20.2", ["cdktf-cli", "cdktn-cli"], "ok: Node.js 20.20.2"],
  ])("on Node.js %s with %j: %s", async (node, clis, said) => {
    const project = temporaryFolder({});
    for (const cli of clis) mkdirSync(join(project, "node_modules", cli), { recursive: true });
    const { of } = await doctor({}, { args: ["--out", join(project, "cdktf.out")], node });
    expect(of("node_version")[0]?.startsWith(`${said} -> `)).toBe(true);
  });

  test.each([
    ["terraform", "1.7.5", "problem"],
    ["terraform", "1.8.0", "ok"],
    ["tofu", "1.6.3", "problem"],
    ["tofu", "1.7.0", "ok"],
  ])("%s %s: %s", async (name, version, result) => {
    const folder = temporaryFolder({
      [name]: `#!/bin/sh\necho '{"terraform_version":"${version}"}'\n`,
    });
    const binary = join(folder, name);
    chmodSync(binary, 0o700);
    const { of } = await doctor({ TERRAFORM_BINARY_NAME: binary });
    expect(of("terraform_version")[0]).toMatch(new RegExp(`^${result}: .*${version}`));
  });

  test.each([
    ["gateway.internal", "problem"],
    ["[fd12::7]", "problem"],
    ["[2001:db8::7]", "ok"],
    ["gateway.example.com", "ok"],
  ])("a proxy before the gateway %s: %s", async (host, result) => {
    const { of } = await doctor({
      ...login(`http://${host}:1`),
      HTTP_PROXY: "http://127.0.0.1:9",
    });
    expect(of("proxy")[0]).toContain(`${result}: `);
    expect(of("proxy")[0]?.includes(`NO_PROXY,${host}`)).toBe(result === "problem");
  });

  test("clocks that are apart are named", async () => {
    const { environment } = await stage();
    const { of } = await doctor(environment, { now: () => Date.now() + 600_000 });
    expect(of("clock")[0]).toMatch(/^problem: .* are (599|60\d) s apart/);
  });

  test("a state in a file, and a declared item that is not there", async () => {
    const { environment, createSecret } = await stage();
    await createSecret();
    const wrong = await doctor(environment, { args: ["--out", synthesized("/prod/no", "local")] });
    expect(wrong.of("state_backend")[0]).toMatch(/^problem: the state of prod /);
    expect(wrong.of("item_access")[0]).toMatch(/^problem: .*\/prod\/no/);
    const right = await doctor(environment, { args: ["--out", synthesized("/prod/app", "s3")] });
    expect(right.of("state_backend")[0]).toMatch(/^ok: /);
    expect(right.of("item_access")).toEqual(["ok: 1 declared items can be read -> "]);
  });

  test.each([
    [404, /gateway appends nothing/],
    [401, /access id that the gateway itself logs in with/],
    [403, /access id that the gateway itself logs in with/],
    [500, /errors\.md/],
  ])("a last rotation that ended with %i, without the answer's own words", async (status, repair) => {
    const { environment, createSecret, rotator, rotate } = await stage();
    await createSecret();
    rotator.answer = () => ({ status, body: "canary" });
    await rotate();
    const [found = ""] = (await doctor(environment)).of("last_rotation");
    expect(found).toContain(
      `problem: /prod/app: the last rotation failed: the rotator answered ${status}`,
    );
    expect(found).toMatch(repair);
  });

  test("an interval that counts minutes where days were meant", async () => {
    const { environment, createSecret } = await stage({ rotationIntervalUnit: "minutes" });
    await createSecret({ "rotation-interval": "30" });
    const [found] = (await doctor(environment)).of("interval_unit");
    expect(found).toMatch(/^problem: \/prod\/app rotates every 30 minutes -> if days were meant/);
    const days = await stage();
    await days.createSecret({ "rotation-interval": "30" });
    expect((await doctor(days.environment)).of("interval_unit")[0]).toMatch(/^ok: /);
  });

  test("an item that can be deleted, below the path that is asked for", async () => {
    const { environment, createSecret, post } = await stage();
    await createSecret();
    const [open] = (await doctor(environment)).of("delete_protection");
    expect(open).toMatch(/^problem: \/prod\/app can be deleted/);
    const elsewhere = await doctor(environment, { args: ["--path", "/staging/"] });
    expect(elsewhere.of("delete_protection")).toEqual(["ok: 0 items refuse to be deleted -> "]);
    await post("/rotated-secret-update-custom", { name: "/prod/app", delete_protection: "true" });
    const [closed] = (await doctor(environment)).of("delete_protection");
    expect(closed).toBe("ok: 1 items refuse to be deleted -> ");
  });

  test("what lies beyond the limit is told, not passed over", async () => {
    const { environment } = await stage();
    const names = Array.from({ length: 101 }, (_, index) => `/prod/none-${index}`);
    const out = synthesized(names, "s3");
    const all = (await doctor(environment, { args: ["--out", out] })).of("item_access");
    expect(all).toHaveLength(101);
    expect(all.at(-1)).toMatch(/^unknown: only the first 100 of 101 were looked at/);
    const args = ["--out", out, "--path", "/prod/none-10"];
    const some = (await doctor(environment, { args })).of("item_access");
    expect(some).toHaveLength(2);
  });

  describe("what Akeyless has and Terraform's state does not know", () => {
    const TYPE = "akeyless_rotated_secret_custom";
    const known = (name: string) => ({
      resources: [
        {
          mode: "managed",
          type: TYPE,
          instances: [{ attributes: { name, custom_payload: "canary" } }],
        },
      ],
    });
    /** A stack that was initialized, and a Terraform that keeps this state. */
    const deployed = async (
      state: string,
      stack: object = {},
      names: readonly string[] = ["/prod/app", "/prod/new"],
    ) => {
      const { environment, createSecret } = await stage();
      await createSecret();
      const out = synthesized(names, "s3");
      const folder = join(out, "stacks/prod");
      mkdirSync(join(folder, ".terraform"));
      const file = join(folder, "cdk.tf.json");
      const declared = JSON.parse(readFileSync(file, "utf8"));
      declared.resource.akeyless_target_web = { rotator: { name: "/rotator" } };
      writeFileSync(file, JSON.stringify({ ...declared, ...stack }));
      writeFileSync(join(folder, "kept"), state);
      const binary = join(out, "terraform");
      writeFileSync(binary, '#!/bin/sh\n[ "$1 $2" = "state pull" ] && exec cat kept\nexit 1\n');
      chmodSync(binary, 0o700);
      const { of } = await doctor(
        { ...environment, TERRAFORM_BINARY_NAME: binary, PATH: process.env.PATH ?? "" },
        { args: ["--out", out] },
      );
      return of("lost_create");
    };

    test("is named with the line that adopts it", async () => {
      expect(await deployed("")).toEqual([
        `problem: Akeyless has /prod/app, and Terraform's state does not know it, so that the provider cannot create it (409) -> set adoptExisting: true on the construct of ${TYPE}.app0, if it is the one you mean, and deploy`,
        expect.stringMatching(
          /^problem: Akeyless has \/rotator, .*of akeyless_target_web\.rotator,/,
        ),
      ]);
    });

    test("is no finding where the state knows it, in whichever spelling, or the code adopts it", async () => {
      const adopted = { import: [{ to: "akeyless_target_web.rotator", id: "/rotator" }] };
      expect(await deployed(JSON.stringify(known("prod/app")), adopted)).toEqual([
        "ok: Terraform's state knows what Akeyless has of what is declared -> ",
      ]);
    });

    test("is told to be looked for no further than the limit", async () => {
      const names = Array.from({ length: 100 }, (_, index) => `/prod/new-${index}`);
      const found = await deployed("", {}, ["/prod/app", ...names]);
      expect(found[0]).toMatch(/^problem: Akeyless has \/prod\/app,/);
      expect(found.at(-1)).toMatch(/^unknown: only the first 100 of 102 were looked at/);
    });

    test("is not guessed where the state cannot be read", async () => {
      expect((await deployed("no state"))[0]).toMatch(/^unknown: .*state/);
      const { environment, createSecret } = await stage();
      await createSecret();
      const args = ["--out", synthesized("/prod/app", "s3")];
      expect((await doctor(environment, { args })).of("lost_create")[0]).toMatch(
        /^unknown: Terraform's state in .*stacks\/prod is not read: run terraform init there first/,
      );
    });
  });

  test("a Web Target without a path", async () => {
    const { environment, createSecret, post } = await stage();
    await createSecret();
    await post("/target-update-web", { name: "/rotator", url: "https://rotator.internal:8443" });
    const [found] = (await doctor(environment)).of("target_url");
    expect(found).toMatch(/^problem: .*rotator: the URL has no path/);
  });
});

describe("the gateway's certificate", () => {
  const server = async (hosts: string[], lifetime?: number) => {
    const pair = await authority.issue({ hosts, ...(lifetime !== undefined && { lifetime }) });
    const listening: Server = createServer(pair, (_, response) => response.end("{}"));
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void listening.close());
    return `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  };
  const trusting = () => ({
    NODE_EXTRA_CA_CERTS: join(temporaryFolder({ "ca.pem": authority.cert }), "ca.pem"),
  });

  test.each([
    ["another name", ["gateway.internal"], 30 * DAY, /has another name/],
    ["expired", ["127.0.0.1"], -DAY / 2, /has expired/],
    ["ends soon", ["127.0.0.1"], 3 * DAY, /ends in 2 days -> renew it/],
  ])("%s", async (_, hosts, lifetime, expected) => {
    const environment = { ...login(await server(hosts, lifetime)), ...trusting() };
    const [found] = (await doctor(environment)).of("gateway_certificate");
    expect(found).toMatch(/^problem: /);
    expect(found).toMatch(expected);
  });

  test("an authority that is not trusted, then trusted", async () => {
    const url = await server(["127.0.0.1"], 30 * DAY);
    const [bad] = (await doctor(login(url))).of("gateway_certificate");
    expect(bad).toMatch(/^problem: .*is not trusted.* -> export NODE_EXTRA_CA_CERTS/);
    const [fine] = (await doctor({ ...login(url), ...trusting() })).of("gateway_certificate");
    expect(fine).toMatch(/^ok: /);
  });
});

describe("from the rotator's machine", () => {
  const folderOf = async (listen: object = {}, lifetime = 30 * DAY) => {
    const { cert, key } = await authority.issue({ hosts: ["rotator.internal"], lifetime });
    const folder = temporaryFolder({
      "cert.pem": cert,
      "key.pem": key,
      "rotator.key": randomBytes(32).toString("base64"),
      "rotator.yaml": stringify({
        listen: { tls: { cert_file: "cert.pem", key_file: "key.pem" }, ...listen },
        akeyless: { access_ids: ["p-gateway"] },
        keys: [{ id: "k1", file: "rotator.key" }],
        items: { "/prod/app": { system: "app", usernames: ["svc"] } },
        systems: { app: { type: "http", recipe: "reporting-app", origin: "https://app.internal" } },
      }),
    });
    for (const file of ["key.pem", "rotator.key"]) chmodSync(join(folder, file), 0o640);
    return folder;
  };
  const look = (folder: string, environment: Record<string, string> = {}) =>
    doctor(environment, { args: ["--config", join(folder, "rotator.yaml")] });

  test("a set-up without a mistake has no problem", async () => {
    const { exitCode, of } = await look(await folderOf());
    expect(of("key_files")).toEqual(["ok: only owner and group may use the key files -> "]);
    expect(of("rotator_certificate")[0]).toMatch(/^ok: /);
    expect(exitCode).toBe(0);
  });

  test("a configuration that is wrong is told", async () => {
    const { exitCode, of } = await look(await folderOf({ prot: 1 }));
    expect(of("rotator_configuration")[0]).toMatch(/^problem: .*prot/s);
    expect(exitCode).toBe(2);
  });

  test("a key file that everybody may read, a certificate that ends soon", async () => {
    const folder = await folderOf({}, 2 * DAY);
    chmodSync(join(folder, "rotator.key"), 0o644);
    const { of } = await look(folder);
    expect(of("key_files")[0]).toMatch(/^problem: keys: k1: .* -> chmod o= /);
    expect(of("rotator_certificate")[0]).toMatch(/^problem: .* -> renew it/);
  });

  test.each([
    ["p-gateway", /^ok: rotator.yaml names p-gateway, /],
    ["p-of-somebody", /^problem: .* names p-gateway; .* log in as p-of-somebody -> name the one /],
    ["", /^unknown: Akeyless shows this identity no gateway/],
  ])("a gateway that logs in as %s", async (gatewayAccessId, expected) => {
    const { environment } = await stage({ gatewayAccessId });
    const [found] = (await look(await folderOf(), environment)).of("gateway_access_id");
    expect(found).toMatch(expected);
  });

  test("access ids that this identity may not see are not guessed", async () => {
    const { environment } = await stage();
    const wrong = { ...environment, AKEYLESS_ACCESS_KEY: "canary" };
    const [found] = (await look(await folderOf(), wrong)).of("gateway_access_id");
    expect(found).toMatch(/^unknown: /);
  });

  test("a Web Target that calls another path and another name", async () => {
    const { environment, createSecret, post } = await stage();
    await createSecret();
    await post("/target-update-web", { name: "/rotator", url: "https://other.internal/wrong" });
    const folder = await folderOf();
    const wrong = (await look(folder, environment)).of("rotator_url");
    expect(wrong.join("\n")).toMatch(
      /path is \/wrong, the rotator serves \/rotate[\s\S]*not the name other\.internal/,
    );
    await post("/target-update-web", { name: "/rotator", url: "https://rotator.internal/rotate" });
    expect((await look(folder, environment)).of("rotator_url")[0]).toMatch(/^ok: /);
  });
});

test("a check that never ends is ended", async () => {
  const endless = { name: "endless", look: () => new Promise<never>(() => {}) };
  const setup = {
    environment: {},
    clock: new VirtualClock(),
    nodeVersion: "24.0.0",
    out: ".",
    path: "/",
  };
  expect(await examine([endless], setup, 20)).toMatchObject([
    { check: "endless", result: "problem", evidence: "no answer within 20 ms" },
  ]);
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { effectiveConfig } from "../../../../rotator/config/effective.ts";
import { ConfigError, loadConfig } from "../../../../rotator/config/load.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const authority = await createAuthority();
const certificate = await authority.issue({ hosts: ["localhost"] });
const KEY = Buffer.alloc(32, 7).toString("base64");

const GOOD = {
  listen: { tls: { cert_file: "cert.pem", key_file: "key.pem" } },
  akeyless: { access_ids: ["p-gateway"] },
  keys: [{ id: "k1", file: "rotator.key" }],
  items: { "/prod/app": { system: "app", usernames: ["svc"] } },
  systems: { app: { type: "http", recipe: "reporting-app", origin: "https://app.internal" } },
};

function load(document: unknown, env: NodeJS.ProcessEnv = {}, files: Record<string, string> = {}) {
  const folder = temporaryFolder({
    "cert.pem": certificate.cert,
    "key.pem": certificate.key,
    "rotator.key": KEY,
    "rotator.yaml": typeof document === "string" ? document : stringify(document),
    ...files,
  });
  return { folder, load: () => loadConfig({ file: join(folder, "rotator.yaml"), env }) };
}

function problems(...args: Parameters<typeof load>): string[] {
  try {
    load(...args).load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ where, message }) => `${where}: ${message}`);
  }
  return [];
}

describe("a sound configuration", () => {
  test("has its defaults filled in and its paths made absolute", () => {
    const { folder, load: run } = load(GOOD);
    const { config, directory } = run();
    expect(directory).toBe(folder);
    expect(config.listen).toMatchObject({ host: "0.0.0.0", port: 8443, path: "/rotate" });
    expect(config.listen.tls?.cert_file).toBe(join(folder, "cert.pem"));
    expect(config.keys[0]?.file).toBe(join(folder, "rotator.key"));
    expect(config.items["/prod/app"]).toMatchObject({ strategy: "single", reconcile: false });
    expect(config.akeyless.validation_url).toMatch(/^https:\/\/auth\.akeyless\.io\//);
  });

  test("may do without TLS on loopback only", () => {
    expect(problems({ ...GOOD, listen: { host: "127.0.0.1" } })).toEqual([]);
    expect(problems({ ...GOOD, listen: { host: "10.0.0.1" } })).toEqual([
      "listen.tls: cert_file and key_file are required, unless listen.host is a loopback address",
    ]);
  });
});

describe("refuses to start", () => {
  test("and lists everything that is missing", () => {
    expect(problems("")).toEqual([
      "akeyless.access_ids (ROTATOR_AKEYLESS_ACCESS_IDS): is required",
      "keys (ROTATOR_KEYS): is required",
      "items (ROTATOR_ITEMS): is required",
      "systems (ROTATOR_SYSTEMS): is required",
      "listen.tls: cert_file and key_file are required, unless listen.host is a loopback address",
    ]);
  });

  test.each<[string, object, string]>([
    [
      "no access id",
      { akeyless: { access_ids: [] } },
      "akeyless.access_ids (ROTATOR_AKEYLESS_ACCESS_IDS): must have at least 1 entry",
    ],
    ["no item", { items: {} }, "items (ROTATOR_ITEMS): name at least one item"],
    ["no key", { keys: [] }, "keys (ROTATOR_KEYS): must have at least 1 entry"],
    [
      "no system",
      { systems: {}, items: {} },
      "systems (ROTATOR_SYSTEMS): name at least one system",
    ],
    [
      "an unknown setting",
      { skip_authentication: true },
      "skip_authentication: is no setting; see docs/reference/rotator-configuration.md",
    ],
    [
      "a number out of range",
      { metrics: { port: 70000 } },
      "metrics.port (ROTATOR_METRICS_PORT): must be at most 65535 (given: 70000)",
    ],
    [
      "a value of another kind",
      { limits: { queue: "many" } },
      'limits.queue (ROTATOR_LIMITS_QUEUE): must be of type number (given: "many")',
    ],
    [
      "an item without a slash",
      { items: { "prod/app": GOOD.items["/prod/app"] } },
      "items.prod/app: an item's name is its full path and starts with /",
    ],
    [
      "an item of an unknown system",
      { items: { "/a": { system: "nope", usernames: ["x"] } } },
      "items./a.system: no such system: nope; `systems` has app",
    ],
    [
      "a validator without TLS",
      { akeyless: { access_ids: ["p-1"], validation_url: "http://auth.example/v" } },
      'akeyless.validation_url (ROTATOR_AKEYLESS_VALIDATION_URL): must be an https URL without credentials (http only for a loopback host, as tests need it) (given: "http://auth.example/v")',
    ],
    ["a key id twice", { keys: [GOOD.keys[0], GOOD.keys[0]] }, "keys.1.id: is used twice: k1"],
  ])("with %s", (_name, change, problem) => {
    expect(problems({ ...GOOD, ...change })).toContain(problem);
  });

  test("with key files that are missing, short, or no key", () => {
    const keys = ["none.key", "short.key", "words.key"].map((file, index) => ({
      id: `k${index}`,
      file,
    }));
    const found = problems(
      { ...GOOD, keys },
      {},
      {
        "short.key": Buffer.alloc(16, 1).toString("hex"),
        "words.key": "correct horse battery staple",
      },
    );
    expect(found[0]).toMatch(/^keys\.0\.file: the file .*none\.key cannot be read$/);
    expect(found[1]).toMatch(/16 bytes, at least 32 are needed; make one with: openssl rand/);
    expect(found[2]).toMatch(/holds neither base64 nor hex; make one with: openssl rand/);
  });

  test("with a certificate that does not fit its key", async () => {
    const other = await authority.issue({ hosts: ["other"] });
    expect(problems(GOOD, {}, { "key.pem": other.key })[0]).toMatch(
      /^listen\.tls: .*cert\.pem and .*key\.pem are not a PEM certificate and its key$/,
    );
  });

  test("with a file that is not YAML or no file at all", () => {
    expect(problems("a: [")[0]).toMatch(/^file: is not YAML/);
    expect(problems("- a list")).toEqual(["file: must hold settings, one a line"]);
    expect(() => loadConfig({ file: "/nowhere/rotator.yaml", env: {} })).toThrow(/cannot be read/);
  });

  test("without showing values below systems, where a secret may stand in the wrong place", () => {
    const systems = { app: { ...GOOD.systems.app, origin: "https://user:s3cret-canary@app" } };
    expect(problems({ ...GOOD, systems }).join("\n")).not.toContain("s3cret-canary");
  });
});

describe("the environment", () => {
  test("gives settings of every kind and wins over the file", () => {
    const { load: run } = load(GOOD, {
      ROTATOR_LISTEN_PORT: "9443",
      ROTATOR_AKEYLESS_ACCESS_IDS: "p-one, p-two",
      ROTATOR_AKEYLESS_ALLOW_DRY_RUN: "true",
      ROTATOR_LOG_LEVEL: "debug",
      ROTATOR_ITEMS: '{"/other":{"system":"app","usernames":["a"]}}',
    });
    const { config } = run();
    expect(config.listen.port).toBe(9443);
    expect(config.akeyless).toMatchObject({ access_ids: ["p-one", "p-two"], allow_dry_run: true });
    expect(config.log.level).toBe("debug");
    expect(Object.keys(config.items)).toEqual(["/other"]);
  });

  test("names files that hold settings", () => {
    const folder = temporaryFolder({ port: "9444\n" });
    const { config } = load(GOOD, { ROTATOR_LISTEN_PORT_FILE: join(folder, "port") }).load();
    expect(config.listen.port).toBe(9444);
  });

  test("can give everything", () => {
    const folder = temporaryFolder({ "rotator.key": KEY });
    const env = {
      ROTATOR_LISTEN_HOST: "127.0.0.1",
      ROTATOR_AKEYLESS_ACCESS_IDS: "p-gateway",
      ROTATOR_KEYS: `[{ id: k1, file: ${folder}/rotator.key }]`,
      ROTATOR_ITEMS: stringify(GOOD.items),
      ROTATOR_SYSTEMS: stringify(GOOD.systems),
    };
    expect(loadConfig({ env }).config.keys[0]?.id).toBe("k1");
  });

  test("is checked for variables that nothing reads, except Kubernetes's own", () => {
    expect(problems(GOOD, { ROTATOR_LISTEN_PRT: "1" })).toEqual([
      "ROTATOR_LISTEN_PRT: no setting has this environment variable",
    ]);
    const links = {
      ROTATOR_SERVICE_HOST: "10.0.0.1",
      ROTATOR_PORT_8443_TCP: "x",
      ROTATOR_PORT: "y",
    };
    expect(problems(GOOD, links)).toEqual([]);
  });

  test("must not give a value twice, nor name an unreadable file", () => {
    expect(problems(GOOD, { ROTATOR_LISTEN_PORT: "1", ROTATOR_LISTEN_PORT_FILE: "x" })).toEqual([
      "ROTATOR_LISTEN_PORT_FILE: is set together with ROTATOR_LISTEN_PORT; keep one of them",
    ]);
    expect(problems(GOOD, { ROTATOR_LISTEN_PORT_FILE: "/nowhere" })).toEqual([
      "ROTATOR_LISTEN_PORT_FILE: names the file /nowhere, which cannot be read",
    ]);
    expect(problems(GOOD, { ROTATOR_ITEMS: "{" })).toEqual([
      "ROTATOR_ITEMS: is neither YAML nor JSON",
    ]);
  });
});

test("the effective configuration hides what looks like a secret, not where secrets are", () => {
  const systems = {
    app: {
      ...GOOD.systems.app,
      admin: { username: "admin", password_file: "/run/secrets/admin" },
      parameters: { api_token: "s3cret-canary" },
    },
  };
  const { config } = load({ ...GOOD, systems }).load();
  const shown = JSON.stringify(effectiveConfig(config));
  expect(shown).not.toContain("s3cret-canary");
  expect(shown).toContain("/run/secrets/admin");
});

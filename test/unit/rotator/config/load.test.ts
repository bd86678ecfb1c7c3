import { generateKeyPairSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { ConfigError, loadConfig } from "../../../../rotator/config/load.ts";
import { effectiveConfig } from "../../../../rotator/config/shown-config.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const authority = await createAuthority();
const certificate = await authority.issue({ hosts: ["localhost"] });
const KEY = randomBytes(32).toString("base64");

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
  test("may have keys on several lines, and parts that are used twice", () => {
    const long = randomBytes(64).toString("base64").replace(/.{40}/g, "$&\n");
    const [text = ""] = [stringify(GOOD)];
    const merged = text.replace("app:\n    type: http", "app:\n    <<: { type: http }");
    expect(merged).not.toBe(text);
    expect(problems(merged, {}, { "rotator.key": `${long}\n` })).toEqual([]);
  });

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

  test("may do without TLS on loopback, or where the operator says so", () => {
    expect(problems({ ...GOOD, listen: { host: "127.0.0.1" } })).toEqual([]);
    expect(problems({ ...GOOD, listen: { host: "10.0.0.1", allow_plain_http: true } })).toEqual([]);
    expect(problems({ ...GOOD, listen: { ...GOOD.listen, allow_plain_http: true } })).toEqual([
      "listen.allow_plain_http: contradicts listen.tls; keep one of them",
    ]);
    expect(problems({ ...GOOD, listen: { host: "10.0.0.1" } })).toEqual([
      "listen.tls: cert_file and key_file are required, unless listen.host is a loopback address or listen.allow_plain_http is set",
    ]);
  });
});

const CANARY = "c4n4ry-/+Zm9vYmFyYmF6";

describe("refuses to start", () => {
  test("and lists everything that is missing", () => {
    expect(problems("")).toEqual([
      "akeyless.access_ids (ROTATOR_AKEYLESS_ACCESS_IDS): is required",
      "keys (ROTATOR_KEYS): is required",
      "items (ROTATOR_ITEMS): is required",
      "systems (ROTATOR_SYSTEMS): is required",
      "listen.tls: cert_file and key_file are required, unless listen.host is a loopback address or listen.allow_plain_http is set",
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
      "skip_authentication: is not a setting; here are: listen, metrics, akeyless, keys, items, systems, shared_lock, notify, limits, log, reload, shutdown",
    ],
    [
      "a number out of range",
      { metrics: { port: 70000 } },
      "metrics.port (ROTATOR_METRICS_PORT): must be at most 65535 (given: 70000)",
    ],
    [
      "a value of another kind",
      { limits: { queue: "many" } },
      'limits.queue (ROTATOR_LIMITS_QUEUE): must be a number (given: "many")',
    ],
    [
      "an item without a slash",
      { items: { "prod/app": GOOD.items["/prod/app"] } },
      "items.prod/app: an item's name is its full path: it starts with / and has no space at either end",
    ],
    [
      "the pseudo access id of dry runs",
      { akeyless: { access_ids: ["p-custom"] } },
      "akeyless.access_ids.0: p-custom is the id of dry runs: see allow_dry_run",
    ],
    [
      "an item that ends in a space",
      { items: { "/prod/app ": GOOD.items["/prod/app"] } },
      "items./prod/app : an item's name is its full path: it starts with / and has no space at either end",
    ],
    [
      "a list that is none, said once",
      { akeyless: { access_ids: "p-gateway" } },
      "akeyless.access_ids (ROTATOR_AKEYLESS_ACCESS_IDS): must be a list",
    ],
    ["a section left empty", { limits: null }, "limits: is empty"],
    [
      "a system of no kind",
      { systems: { app: { type: "https" } } },
      "systems.app.type: must be http, postgres, command or module",
    ],
    [
      "a recipe with a name too much",
      { systems: { app: { ...GOOD.systems.app, recipe: { recipe: 1, product: 1 } } } },
      "systems.app.recipe.product: must be a text",
    ],
    [
      "a plain origin, said once",
      { systems: { app: { ...GOOD.systems.app, origin: "http://app" } } },
      "systems.app.origin: must be https: plain http is for loopback and *.svc hosts only",
    ],
    [
      "an origin where clouds keep their metadata",
      { systems: { app: { ...GOOD.systems.app, origin: "https://169.254.169.254" } } },
      "systems.app.origin: is an address that no system may have, see allowed_networks and the addresses that are never allowed",
    ],
    [
      "a secret where its file belongs",
      { systems: { app: { ...GOOD.systems.app, admin: { password: "s3cret" } } } },
      "systems.app.admin.password: a secret is never written into the configuration; use password_file or password_env",
    ],
    [
      "time for headers beyond that of the request",
      { limits: { receive_ms: 5_000 } },
      "limits.headers_ms (ROTATOR_LIMITS_HEADERS_MS): must be at most receive_ms, as headers are a part of the request",
    ],
    [
      "one port for two servers",
      { metrics: { port: 8443 } },
      "metrics.port: 8443 is listen.port too; each needs its own",
    ],
    [
      "one user to alternate between",
      { items: { "/a": { system: "app", usernames: ["x", "x"], strategy: "alternating" } } },
      "items./a.usernames: must name both accounts that alternate",
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
    const found = problems({ ...GOOD, ...change });
    expect(found).toContain(problem);
    const [place] = problem.split(": ");
    expect(found.filter((one) => one.startsWith(`${place}:`))).toHaveLength(1);
  });

  test("with key files that are missing, short, or no key", () => {
    const files = ["none.key", "short.key", "words.key", "typed.key", "ones.key", "empty.key"];
    const keys = [...files, "copy.key", "rotator.key"].map((file, index) => ({
      id: `k${index}`,
      file,
    }));
    const found = problems(
      { ...GOOD, keys },
      {},
      {
        "short.key": Buffer.alloc(16, 1).toString("hex"),
        "words.key": "correct horse battery staple",
        "typed.key": "correct-horse-battery-staple-and-some-more-words",
        "ones.key": "1".repeat(64),
        "empty.key": "\n",
        "copy.key": Buffer.from(KEY, "base64").toString("hex"),
      },
    );
    expect(found[0]).toMatch(/^keys\.0\.file: the file cannot be read \(ENOENT: no such file/);
    expect(found[1]).toMatch(/16 bytes, at least 32 are needed; make one with: openssl rand/);
    expect(found[2]).toMatch(/holds neither base64 nor hex; make one with: openssl rand/);
    expect(found[3]).toMatch(/^keys\.3\.file: the key is not random: .*openssl rand/);
    expect(found[4]).toMatch(/^keys\.4\.file: the key is not random: .*openssl rand/);
    expect(found[5]).toMatch(/^keys\.5\.file: the file is empty; make one with: openssl rand/);
    expect(found.slice(6)).toEqual(["keys.7.file: holds the same key again"]);
  });

  test("with a certificate that cannot be served", async () => {
    const other = await authority.issue({ hosts: ["other"] });
    const old = await authority.issue({ hosts: ["localhost"], lifetime: -1_000 });
    const { privateKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const said = (files: Record<string, string>) => problems(GOOD, {}, files).join();
    expect(said({ "key.pem": other.key })).toMatch(
      /^listen\.tls: the private key does not belong to the certificate in .*cert\.pem$/,
    );
    expect(said({ "key.pem": "words" })).toMatch(
      /file of the private key holds no PEM private key$/,
    );
    expect(said({ "key.pem": privateKey })).toMatch(/private key is encrypted with a passphrase/);
    expect(said({ "cert.pem": "words" })).toMatch(/cert\.pem holds no PEM certificate$/);
    expect(said({ "cert.pem": old.cert, "key.pem": old.key })).toMatch(/cert\.pem expired on /);
  });

  test.each<[string, object]>([
    ["keys", { keys: CANARY }],
    ["the path of a key", { keys: [{ id: "k", file: CANARY }] }],
    ["the path of a private key", { listen: { tls: { cert_file: "cert.pem", key_file: CANARY } } }],
    ["a private key itself", { listen: { tls: { cert_file: `-----\n${CANARY}`, key_file: "x" } } }],
    ["the password of the shared lock", { shared_lock: { type: "postgres", password: CANARY } }],
    ["the kind of the shared lock", { shared_lock: { type: CANARY } }],
    ["a URL with a user", { akeyless: { validation_url: `https://u:${CANARY}@auth.internal` } }],
  ])("and never shows a secret that is in place of %s", (_name, change) => {
    const found = problems({ ...GOOD, ...change }).join();
    expect(found).not.toBe("");
    expect(found).not.toContain(CANARY);
  });

  test("with a file that is not YAML or no file at all", () => {
    expect(problems("a: [")[0]).toMatch(/^file: is not YAML/);
    expect(problems("a:\n\t- b")).toEqual([
      "file: is not YAML: indent with spaces, not with tabs at line 2, column 1",
    ]);
    expect(problems("a: 1\na: 2")[0]).toMatch(
      /the same name occurs twice in one section at line 2/,
    );
    expect(problems("systems: &all { a: *all }")[0]).toMatch(/a part must not hold itself/);
    expect(problems("a: b: c")[0]).toMatch(/belongs into quotes at line 1, column 4$/);
    expect(problems("a: !include x.yaml")[0]).toMatch(
      /tags \(!name\) are not understood at line 1/,
    );
    expect(problems("a: 1\n---\nb: 2")[0]).toMatch(/there may be only one document/);
    expect(problems("password: *c4n4ry").join()).not.toContain("c4n4ry");
    expect(problems("- a list")).toEqual(["file: must hold settings, one a line"]);
    expect(() => loadConfig({ file: "/nowhere/rotator.yaml", env: {} })).toThrow(/cannot be read/);
  });

  test("without showing values below systems, where a secret may be in the wrong place", () => {
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
      "ROTATOR_LISTEN_PRT: no setting has this environment variable; names that begin with ROTATOR_ are settings, so call other variables otherwise",
    ]);
    const links = {
      ROTATOR_SERVICE_HOST: "10.0.0.1",
      ROTATOR_PORT_8443_TCP: "x",
      ROTATOR_PORT: "tcp://10.0.0.1:8443",
      ROTATOR_METRICS_SERVICE_HOST: "10.0.0.2",
      ROTATOR_METRICS_SERVICE_PORT_HTTP: "9464",
      ROTATOR_METRICS_PORT: "tcp://10.0.0.2:9464",
      ROTATOR_METRICS_PORT_9464_TCP_ADDR: "10.0.0.2",
    };
    expect(problems(GOOD, links)).toEqual([]);
  });

  test("must not give a value twice, nor name an unreadable file", () => {
    expect(problems(GOOD, { ROTATOR_LISTEN_PORT: "1", ROTATOR_LISTEN_PORT_FILE: "x" })).toEqual([
      "ROTATOR_LISTEN_PORT_FILE: is set together with ROTATOR_LISTEN_PORT; keep one of them",
    ]);
    expect(problems(GOOD, { ROTATOR_LISTEN_PORT_FILE: "/nowhere" })).toEqual([
      "ROTATOR_LISTEN_PORT_FILE: names a file that cannot be read (ENOENT: no such file; is the path meant from another folder?)",
    ]);
    expect(problems(GOOD, { ROTATOR_ITEMS: "{" })[0]).toMatch(
      /^ROTATOR_ITEMS: is neither YAML nor JSON: .* at line 1, column 2$/,
    );
    const key = randomBytes(32).toString("base64");
    expect(problems(GOOD, { ROTATOR_KEYS_FILE: key }).join()).not.toContain(key);
    expect(problems(GOOD, { ROTATOR_KEYS: key }).join()).not.toContain(key);
  });
});

test("the effective configuration hides what looks like a secret, not where secrets are", () => {
  const systems = {
    app: {
      ...GOOD.systems.app,
      admin: { username: "admin", password_file: "/run/secrets/admin" },
      parameters: {
        api_token: "s3cret-canary",
        region: "eu",
        MYSQL_PWD: "s3cret-canary",
        pin: "s3cret-canary",
        secret_id: "s3cret-canary",
        note: "s3cret-canary: -----BEGIN PRIVATE KEY-----",
        mirror: "see https://s3cret-canary@mirror.internal",
        token_path: "/v2/token",
      },
    },
    hook: {
      type: "command",
      command: "/opt/hook",
      arguments: ["--key=s3cret-canary"],
      environment: { MYSQL_PWD: "s3cret-canary" },
    },
    own: {
      type: "module",
      path: "./own.ts",
      options: { dsn: "db://u:s3cret-canary@h", credential: { value: "s3cret-canary" } },
    },
  };
  const { config } = load({ ...GOOD, systems }).load();
  const shown = JSON.stringify(effectiveConfig(config));
  expect(shown).not.toContain("s3cret-canary");
  for (const text of ["/run/secrets/admin", "eu", "/v2/token", "/opt/hook", "./own.ts"])
    expect(shown).toContain(text);
});

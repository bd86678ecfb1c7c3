import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemConfigSchema } from "../../../../rotator/systems/config.ts";
import { stepContext, systemFrom } from "./support.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "config-"));
  await writeFile(join(directory, "words.pem"), "no certificate");
  const half = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  await writeFile(join(directory, "half.pem"), half);
});
afterAll(() => rm(directory, { recursive: true }));

const http = { type: "http", recipe: "grafana", origin: "https://grafana.internal" };
const postgres = { type: "postgres", host: "db.internal" };

/** What the schema says against a configuration, one line a problem. */
const problems = (config: object) =>
  systemConfigSchema
    .safeParse(config)
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("what a configuration may say", () => {
  test.each([
    [{ ...http, origin: "http://grafana.internal" }, /origin: must be https/],
    [
      { ...http, origin: "http://grafana.internal", allow_plain_http: true },
      /origin: must be https: plain http is for loopback and \*\.svc hosts only/,
    ],
    [{ ...http, origin: "https://grafana.internal/api" }, /origin: must be scheme, host and port/],
    [{ ...http, origin: "https://user:pw@grafana.internal" }, /origin: must be scheme/],
    [{ ...http, origin: "file:///etc/passwd" }, /origin: /],
    [{ ...http, base_path: "/a/../b" }, /base_path: must not contain/],
    [{ ...http, base_path: "/a/" }, /base_path: must look like \/auth/],
    [{ ...http, authority: "admin" }, /admin: is needed because authority is admin/],
    [{ ...http, admin: { password: "in the file" } }, /admin: Unrecognized key: "password"/],
    [
      { ...http, admin: { password_file: "a", password_env: "B" } },
      /password_file or password_env/,
    ],
    [{ ...http, client_key_file: "k.pem" }, /client_certificate_file: needs client_key_file too/],
    [{ ...http, allowed_networks: ["10.0.0.0/33"] }, /allowed_networks.0: must be an address/],
    [{ ...http, redirect: true }, /Unrecognized key: "redirect"/],
    [{ ...postgres, plaintext: true }, /plaintext: is allowed for loopback only/],
    [{ ...postgres, host: "db.internal/evil" }, /host: must be a host name/],
    [{ ...postgres, authority: "admin" }, /admin: is needed/],
    [{ type: "command", command: "rotate.sh" }, /command: must be an absolute path/],
    [{ type: "module", path: "./system.py" }, /path: must be the path of a \.ts/],
    [{ type: "ldap" }, /type: /],
  ])("%j is refused", (config, message) => {
    expect(problems(config).join("\n")).toMatch(message);
  });

  test.each([
    http,
    { ...http, origin: "http://127.0.0.1:3000", allow_plain_http: true },
    { ...http, origin: "http://[::1]:3000", allow_plain_http: true },
    { ...http, origin: "http://grafana.apps.svc:3000", allow_plain_http: true },
    { ...http, origin: "http://grafana.apps.svc.cluster.local", allow_plain_http: true },
    { ...postgres, host: "127.0.0.1", plaintext: true },
  ])("%j is accepted", (config) => {
    expect(problems(config)).toEqual([]);
  });
});

describe("what a system needs at start", () => {
  const fails = (config: object, environment = {}) =>
    systemFrom(config, environment, directory).then(
      () => "started",
      ({ code, message }) => `${code}: ${message}`,
    );

  test.each([
    [
      { ...http, recipe: "jira" },
      /^recipe_not_found: There is no recipe "jira"; shipped are: .*awx, /,
    ],
    [
      { ...http, recipe: "./absent.yaml" },
      /^recipe_not_found: The recipe \/.* cannot be read \(ENOENT: /,
    ],
    [{ ...http, parameters: { org: "x" } }, /systems\.test: unknown parameter org/],
    [
      { ...http, recipe: "keycloak", authority: "admin", admin: {} },
      /systems\.test: the recipe needs parameters\.realm/,
    ],
    [
      { ...http, authority: "admin", admin: { username: "root" } },
      /systems\.test: the recipe needs admin\.password_file or password_env/,
    ],
    [
      { ...http, authority: "admin", admin: { password_env: "NOT_SET" } },
      /^secret_unreadable: The environment variable that password_env names is not set/,
    ],
    [
      { ...http, authority: "admin", admin: { password_file: "absent" } },
      /^secret_unreadable: The file of password_file cannot be read \(ENOENT: /,
    ],
    [
      { ...http, recipe: "gitea" },
      /Gitea .* cannot be changed with authority account; set authority: admin/,
    ],
    [
      { ...http, ca_file: "absent.pem" },
      /^certificates_invalid: .*absent\.pem cannot be read \(ENOENT: /,
    ],
    [{ ...http, ca_file: "words.pem" }, /^certificates_invalid: .*holds no PEM certificate$/],
    [{ ...http, ca_file: "half.pem" }, /certificate number 1 in the file .* is damaged$/],
    [
      { ...http, client_certificate_file: "words.pem", client_key_file: "half.pem" },
      /words\.pem holds no PEM certificate$/,
    ],
  ])("%j does not start", async (config, message) => {
    expect(await fails(config)).toMatch(message);
  });

  test("a recipe file that is not YAML, or no recipe, names its place", async () => {
    await writeFile(join(directory, "broken.yaml"), "a: [");
    await writeFile(join(directory, "other.yaml"), "recipe: 2\n");
    expect(await fails({ ...http, recipe: "./broken.yaml" })).toMatch(
      /broken\.yaml is not YAML: .* at line 1, column/,
    );
    expect(await fails({ ...http, recipe: "./other.yaml" })).toMatch(
      /recipe_invalid: .*other\.yaml/,
    );
  });

  test.each([
    ["gitea", "token\u200b", /admin\.token holds a character that no header carries/],
    ["gitea", "first\nsecond", /admin\.token holds a character that no header carries/],
    ["gitea", "token\n", /^started/],
  ])("%s does not start with an admin token of %j, which a header carries", async (recipe, token, says) => {
    await writeFile(join(directory, "shown"), token);
    const admin = { token_file: "shown" };
    const config = { ...http, recipe, authority: "admin", admin, origin: "https://127.0.0.1:1" };
    const ended = systemFrom(config, {}, directory).then(() => "started", String);
    expect(await ended).toMatch(says);
  });

  test("a mounted admin secret that is renewed is seen without a restart", async () => {
    const file = join(directory, "token");
    await writeFile(file, "first\n");
    const admin = { token_file: "token" };
    const config = {
      ...http,
      origin: "https://127.0.0.1:1",
      recipe: "gitea",
      authority: "admin",
      admin,
    };
    const system = await systemFrom(config, {}, directory);
    await rm(file);
    const account = { username: "a", password: "b" };
    await expect(system.change(account, account, stepContext())).rejects.toMatchObject({
      code: "secret_unreadable",
    });
    await system.close?.();
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { rotatorConfigSchema } from "../../../../rotator/config/schema.ts";
import { createSystem } from "../../../../rotator/systems/create-system.ts";
import { initCommand } from "../../../../stacks/init/init-command.ts";
import { passwordRecipes } from "../../../../stacks/init/rotator-yaml.ts";
import { parseRulePolicy } from "../../../../stacks/rules/policy-file.ts";
import { temporaryFolder } from "../../rotator/temporary-folder.ts";
import { runKit } from "../operations/run-command.ts";

const recipes = await passwordRecipes();

const init = (args: readonly string[], answer?: (question: string) => string) =>
  runKit(initCommand, args, {}, answer ? { answer } : {});

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const text = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");

describe("rotation-kit init", () => {
  test("writes a project that is about your application alone", async () => {
    const folder = temporaryFolder({});
    const { exitCode, stdout } = await init([
      ...[folder, "--json", "--system", "my-crm", "--username", "robot@crm"],
      ...["--gateway", "https://gw.corp:8081", "--rotator-url", "https://rot.corp/turn"],
      ...["--origin", "https://crm.corp:8443", "--library", "cdktn"],
    ]);
    expect(exitCode).toBe(0);
    const { files } = JSON.parse(stdout) as { files: string[] };
    expect(filesIn(folder).sort()).toEqual(files.map((file) => join(folder, file)).sort());
    const everything = files.map((file) => text(folder, file)).join("\n");
    expect(everything).not.toMatch(/warehouse|reporting|npx cdktf |internal\.example\.com/i);
    expect(text(folder, "catalog.ts")).toContain('"TF_VAR_my_crm_password"');
    expect(text(folder, "environments.ts")).toContain('"https://gw.corp:8081"');
    expect(text(folder, ".github/workflows/apply.yml")).toContain("secrets.MY_CRM_PASSWORD");
    expect(text(folder, "package.json")).toContain('"cdktf": "npm:cdktn@');
    const config = rotatorConfigSchema.parse(parse(text(folder, "rotator.yaml")));
    expect(config.listen).toMatchObject({ port: 443, path: "/turn" });
    expect(config.items["/my-crm"]).toMatchObject({ system: "my-crm", usernames: ["robot@crm"] });
    expect(() => parseRulePolicy(text(folder, "rules.yaml"))).not.toThrow();
  });

  test("writes nothing where one of its files is there already, and names it", async () => {
    const folder = temporaryFolder({});
    writeFileSync(join(folder, "catalog.ts"), "mine");
    writeFileSync(join(folder, ".github"), "a file where a folder belongs");
    await expect(init([folder, "--yes"])).rejects.toMatchObject({
      code: "project_exists",
      exitCode: 2,
      message: expect.stringMatching(/\.github\/workflows\/apply\.yml.*catalog\.ts/),
    });
    expect(readdirSync(folder).sort()).toEqual([".github", "catalog.ts"]);
    expect(text(folder, "catalog.ts")).toBe("mine");
  });

  test("keeps what else is in the folder", async () => {
    const folder = temporaryFolder({});
    mkdirSync(join(folder, ".git"));
    await init([folder, "--yes", "--ci", "gitlab"]);
    expect(existsSync(join(folder, ".gitlab-ci.yml"))).toBe(true);
    expect(existsSync(join(folder, ".github"))).toBe(false);
    expect(existsSync(join(folder, ".git"))).toBe(true);
  });

  test("asks a person five questions, and again after an answer that cannot be", async () => {
    const folder = temporaryFolder({});
    const asked: string[] = [];
    const { stderr } = await init([folder], (question) => {
      asked.push(question);
      return /called/.test(question) && asked.length === 1 ? "My CRM" : "";
    });
    expect(asked).toHaveLength(6);
    expect(new Set(asked).size).toBe(5);
    expect(stderr).toContain("small letters");
    expect(text(folder, "catalog.ts")).toContain('username: "svc-warehouse"');
  });

  test("does not ask for what an option told", async () => {
    const asked: string[] = [];
    await init([temporaryFolder({}), "--system", "crm", "--recipe", "gitea"], (question) => {
      asked.push(question);
      return "";
    });
    expect(asked).toHaveLength(3);
    expect(asked[0]).toContain("[svc-crm]");
  });

  test.each([
    [["--system", 'x"); evil('], "--system"],
    [["--username", 'a"b'], "--username"],
    [["--recipe", "gitea-token"], "--recipe"],
    [["--gateway", "https://api.akeyless.io"], "--gateway"],
    [["--rotator-url", "https://rotator.corp"], "--rotator-url"],
    [["--origin", "https://user:word@crm.corp"], "--origin"],
    [["--library", "pulumi"], "--library"],
  ])("refuses %s", async (args, flag) => {
    const folder = temporaryFolder({});
    await expect(init([folder, ...args])).rejects.toMatchObject({
      code: "answer_invalid",
      message: expect.stringContaining(flag),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    "own",
    ...recipes,
  ])("the rotator opens the system of the recipe %s", async (recipe) => {
    const folder = temporaryFolder({});
    await init([folder, "--yes", "--recipe", recipe]);
    writeFileSync(join(folder, "warehouse-admin"), "secret");
    const { systems } = rotatorConfigSchema.parse(
      parse(text(folder, "rotator.yaml").replaceAll("/run/secrets", folder)),
    );
    const [config] = Object.values(systems);
    if (config === undefined) throw new Error("there is no system");
    const log = pino({ level: "silent" });
    const dependencies = { name: "warehouse", log, environment: {}, directory: folder };
    expect((await createSystem(config, dependencies)).change).toBeDefined();
  });
});

import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Review, reviewSchema } from "../../../../stacks/review/review-schema.ts";
import { type Gateway, startGateway } from "../../../harness/gateway/index.ts";
import { runCommand } from "../../../harness/processes.ts";
import { installProvider } from "../../../harness/terraform-provider/install.ts";

const SECRET = "canary-of-the-plan-7Q";
const checkout = resolve(import.meta.dirname, "../../../..");
const loader = import.meta.resolve("tsx");

describe("rotation-kit plan", () => {
  let gateway: Gateway;
  let project: string;
  let temporary: string;
  let environment: Record<string, string>;
  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), "rotation-kit-plan-test-"));
    temporary = mkdtempSync(join(tmpdir(), "rotation-kit-plan-tmp-"));
    gateway = await startGateway();
    const provider = await installProvider(join(project, "provider"));
    const { PATH = "", HOME = "" } = process.env;
    environment = {
      PATH,
      HOME,
      TMPDIR: temporary,
      ...provider.environment,
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
      STATE: join(project, "terraform.tfstate"),
      TF_VAR_password: SECRET,
    };
    const app = `node --import ${loader} ${join(import.meta.dirname, "app.ts")}`;
    writeFileSync(join(project, "cdktf.json"), JSON.stringify({ language: "typescript", app }));
  });
  afterAll(async () => {
    await gateway.stop();
    for (const folder of [project, temporary]) rmSync(folder, { recursive: true, force: true });
  });

  const plan = async (more: Record<string, string> = {}, args: readonly string[] = []) => {
    const finished = await runCommand(
      process.execPath,
      ["--import", loader, join(checkout, "cli.ts"), "plan", "--json", ...args],
      { cwd: project, env: { ...environment, ...more } },
    );
    expect(finished.stdout + finished.stderr).not.toContain(SECRET);
    return finished;
  };
  const reviewIn = (stdout: string): Review => reviewSchema.parse(JSON.parse(stdout));
  const stackFolder = () => join(project, "cdktf.out", "stacks", "production");
  /** Plans in the stack's folder, and what the kit left among the temporary files. */
  const left = () => [
    ...readdirSync(stackFolder()).filter((name) => name.includes("plan")),
    ...readdirSync(temporary).filter((name) => name.startsWith("rotation-kit")),
  ];

  test("plans and reviews, and leaves no plan behind", async () => {
    const { code, stdout } = await plan();
    const review = reviewIn(stdout);
    expect(review.stacks).toMatchObject([{ name: "production", secrets: [{ fate: "first" }] }]);
    expect(review.stacks[0]?.secrets[0]?.path).toBe("production/app/Resource");
    expect(code).toBe(0);
    expect(left()).toEqual([]);
  });

  test("points at the line that declares what is found", async () => {
    const sarif = join(project, "review.sarif");
    const folder = mkdtempSync(join(import.meta.dirname, "traced-"));
    const code = readFileSync(join(import.meta.dirname, "app.ts"), "utf8");
    try {
      writeFileSync(join(folder, "app.ts"), code.replaceAll('"../../../../', '"../../../../../'));
      const app = `node --import ${loader} app.ts`;
      writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ language: "typescript", app }));
      await runCommand(
        process.execPath,
        ["--import", loader, join(checkout, "cli.ts"), "plan", "--also", `sarif=${sarif}`],
        { cwd: folder, env: { ...environment, PROTECTED: "no" } },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const { results } = JSON.parse(readFileSync(sarif, "utf8")).runs[0];
    const found = results.find((result: { ruleId: string }) => result.ruleId === "AKR050");
    const { artifactLocation, region } = found.locations[0].physicalLocation;
    expect(artifactLocation.uri).toMatch(/^test\/e2e\/slow\/review\/traced-\w+\/app\.ts$/);
    expect(code.split("\n")[region.startLine - 1]).toMatch(/new CustomRotatedSecret\(stack, "app"/);
  });

  test("keeps the plan's JSON only when asked to, for this user only", async () => {
    await plan({}, ["--keep"]);
    const file = join(stackFolder(), "plan.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8")).format_version).toBe("1.2");
    rmSync(file);
  });

  test("reads a plan that protection made fail", async () => {
    await runCommand("terraform", ["apply", "-auto-approve", "-input=false"], {
      cwd: stackFolder(),
      env: environment,
    });
    expect(gateway.item("/prod/app")).toBeDefined();
    const { code, stdout } = await plan({ ITEM: "/prod/renamed" });
    const review = reviewIn(stdout);
    expect(code).toBe(2);
    expect(review.verdict.sentence).toMatch(/1 secret loses its password, 1 plan failed/);
    expect(review.stacks[0]?.obstacles[0]?.sentence).toMatch(/its delete protection is on/);
    expect(left()).toEqual([]);
  });

  test("says what to do where the code of a protected item is gone", async () => {
    const { code, stdout } = await plan({ ITEM: "" });
    expect(code).toBe(2);
    const sentences = reviewIn(stdout).stacks[0]?.obstacles.map(({ sentence }) => sentence);
    expect(sentences).toContainEqual(
      expect.stringMatching(/deploy once with deleteProtection: false.*never disable prevent_des/),
    );
  });

  test("turns a refused synthesis into a review with the findings", async () => {
    const { code, stdout } = await plan({ RULES: "on", PROTECTED: "no" });
    const review = reviewIn(stdout);
    expect(code).toBe(2);
    expect(review.stacks[0]?.banners[0]).toMatch(/^The rules refused the synthesis/);
    expect(review.stacks[0]?.findings).toMatchObject([
      { rule: "AKR050", severity: "high", state: "new", message: "delete protection is off" },
    ]);
  });

  test("says in one sentence which plan could not be made", async () => {
    const { code, stdout } = await plan({ AKEYLESS_GATEWAY: "http://127.0.0.1:9" });
    expect(code).toBe(2);
    expect(reviewIn(stdout).stacks[0]?.banners[0]).toMatch(/^Planning failed/);
  });

  test("names what it does not find", async () => {
    expect((await plan({}, ["staging"])).stderr).toMatch(
      /stack_unknown: there is no stack staging; the app has production/,
    );
    expect((await plan({ TERRAFORM_BINARY_NAME: "no-such-program" })).stderr).toMatch(
      /terraform_missing: no-such-program/,
    );
    expect(existsSync(join(stackFolder(), "plan.json"))).toBe(false);
  });
});

import { spawn } from "node:child_process";
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
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Review, reviewSchema } from "../../../../stacks/review/review-schema.ts";
import { type Gateway, startGateway } from "../../../harness/gateway/index.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import { runCommand } from "../../../harness/processes.ts";
import { installProvider } from "../../../harness/terraform-provider/install.ts";

const SECRET = "canary-of-the-plan-7Q";
const checkout = resolve(import.meta.dirname, "../../../..");
const loader = import.meta.resolve("tsx");

/** The version of OpenTofu on the PATH; undefined where there is none. */
const tofu = await runCommand("tofu", ["version"], { env: { PATH: process.env.PATH ?? "" } }).then(
  ({ stdout }) => stdout,
  () => undefined,
);

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
  /** Another binary, or another state, does not begin where `init` has run for the one before. */
  const forgetInit = () => {
    for (const name of [".terraform", ".terraform.lock.hcl"])
      rmSync(join(stackFolder(), name), { recursive: true, force: true });
  };
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

  test("leaves a plan to apply only when asked to, and none of an earlier run where there is no new one", async () => {
    await plan({}, ["--save"]);
    expect(left()).toEqual(["tfplan"]);
    const saved = join(stackFolder(), "tfplan");
    expect(statSync(saved).mode & 0o777).toBe(0o600);
    await plan({ RULES: "on", PROTECTED: "no" }, ["--save"]);
    expect(left()).toEqual([]);
    await plan({}, ["--save"]);
    expect(left()).toEqual(["tfplan"]);
    await plan({}, ["--save", "--terraform", "no-such-terraform"]);
    expect(left()).toEqual([]);
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

  test("says what to do where a protected item is to be destroyed", async () => {
    const { code, stdout } = await plan({ TF_CLI_ARGS_plan: "-destroy" });
    expect(code).toBe(2);
    const sentences = reviewIn(stdout).stacks[0]?.obstacles.map(({ sentence }) => sentence);
    expect(sentences).toEqual([
      expect.stringMatching(
        /^\/prod\/app is protected.*deploy once with deleteProtection: false.*never disable prevent_des/,
      ),
    ]);
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

  test("a synthesis that fails is shown without passwords, and steers no log of a CI service", async () => {
    const { code, stderr } = await plan({ ITEM: `/prod/::error::x ##[group]y ${SECRET} ` });
    expect(code).toBe(1);
    expect(stderr).toMatch(/the secret is named .*x # #\[group\]y \(hidden\)/);
    expect(stderr).toMatch(/synthesis_failed/);
    expect(stderr).not.toContain("##[");
  });

  test("says in one sentence which plan could not be made", async () => {
    const { code, stdout } = await plan({ AKEYLESS_GATEWAY: "http://127.0.0.1:9" });
    expect(code).toBe(2);
    expect(reviewIn(stdout).stacks[0]?.banners[0]).toMatch(/^Planning failed/);
  });

  test.skipIf(tofu === undefined)(
    `plans with OpenTofu${tofu === undefined ? ": no tofu on the PATH" : ""}`,
    async () => {
      forgetInit();
      onTestFinished(forgetInit);
      const binary = { TERRAFORM_BINARY_NAME: "tofu" };
      const state = {
        STATE: join(project, "tofu.tfstate"),
        ITEM: "/prod/by-tofu",
        TARGET: "/rotator-by-tofu",
      };
      const first = reviewIn((await plan({ ...binary, ...state })).stdout);
      expect(first.stacks[0]).toMatchObject({
        banners: [],
        secrets: [{ name: "/prod/by-tofu", fate: "first" }],
      });
      const applied = await runCommand("tofu", ["apply", "-auto-approve", "-input=false"], {
        cwd: stackFolder(),
        env: { ...environment, ...state },
      });
      expect(applied.code, applied.stderr).toBe(0);
      const same = reviewIn((await plan({ ...binary, ...state })).stdout);
      expect(same.verdict).toEqual({ decision: "clear", sentence: "Nothing changes" });
      const renamed = await plan({ ...binary, ...state, ITEM: "/prod/renamed-by-tofu" });
      expect(renamed.code).toBe(2);
      const [stack] = reviewIn(renamed.stdout).stacks;
      expect(stack?.secrets[0]).toMatchObject({ fate: "lost" });
      expect(stack?.banners[0]).toMatch(/^Planning failed/);
      expect(left()).toEqual([]);
    },
  );

  test("Ctrl-C while Terraform plans leaves no plan behind", async () => {
    let asked = () => {};
    const planning = new Promise<void>((resolve) => {
      asked = resolve;
    });
    // A gateway that never answers holds Terraform up until it is interrupted.
    const silent = await listenOnLoopback(() => asked());
    onTestFinished(() => silent.stop());
    const child = spawn(
      process.execPath,
      ["--import", loader, join(checkout, "cli.ts"), "plan", "--keep", "--json"],
      { cwd: project, env: { ...environment, AKEYLESS_GATEWAY: silent.url }, detached: true },
    );
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    const ended = new Promise((resolve) => child.once("close", resolve));
    await planning;
    // A terminal sends it to every process of the group.
    process.kill(-Number(child.pid), "SIGINT");
    await silent.stop();
    expect(await ended).toBe(1);
    expect(said).toContain("interrupted; no plan is left behind");
    expect(left()).toEqual([]);
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

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { App, LocalBackend, Testing } from "cdktf";
import { describe, expect, it, onTestFinished } from "vitest";
import { CustomRotatedSecret, DriftCheck } from "../../../stacks/constructs/index.ts";
import type { Environment } from "../../../stacks/environment.ts";
import { RotationStack } from "../../../stacks/rotation-stack.ts";
import { DEFAULT_RULE_POLICY } from "../../../stacks/rules/policy-schema.ts";
import "../../../stacks/testing/vitest.ts";
import { declare } from "../../harness/deployment/catalog.ts";
import { environments } from "../../harness/deployment/environments.ts";
import { warningsAt } from "./constructs/support.ts";

const checkout = path.resolve(import.meta.dirname, "../../..");
const run = promisify(execFile);

function stackOf(environment: Environment): RotationStack {
  const stack = new RotationStack(Testing.stubVersion(new App()), "rotation-test", {
    environment,
    rules: DEFAULT_RULE_POLICY,
  });
  declare(stack);
  return stack;
}

/** What was synthesized, without what differs from machine to machine. */
const portable = (text: string) =>
  `${JSON.stringify(JSON.parse(text), null, 2)}\n`
    .replaceAll(checkout, "<kit>")
    .replace(/file:[^"]*\/tsx\/[^"]*/g, "<tsx>");

describe("the catalog", () => {
  it("declares the documented scenario: this is what production deploys", async () => {
    const stack = stackOf({
      ...environments.production,
      backend: (scope) => new LocalBackend(scope, { path: "terraform.tfstate" }),
    });
    await expect(portable(Testing.synth(stack, true))).toMatchFileSnapshot(
      "fixtures/production.cdk.tf.json",
    );
  });

  it.each([
    "provider",
    "out-of-state",
  ] as const)("is synthesized to the same bytes again: %s", (realisation) => {
    const synthesized = () => {
      const stack = stackOf({ ...environments.production, realisation, tags: ["b", "a"] });
      new DriftCheck(stack, "drift");
      return Testing.synth(stack, true);
    };
    expect(synthesized()).toBe(synthesized());
  });

  it("switches Secure Remote Access on with one word", () => {
    const stack = stackOf({ ...environments.production, secureRemoteAccess: "enabled" });
    expect(stack).toHaveResourceNamed(
      "akeyless_rotated_secret_custom",
      "reporting-app-svc_Secret",
      {
        secureAccessEnable: "true",
        secureAccessHost: ["app01.internal.example.com"],
        rotateAfterDisconnect: "true",
      },
    );
  });

  it("outputs names, and nothing else", () => {
    const stack = stackOf(environments.production);
    expect(stack).toHaveOutput("secret_names", {
      value: { "/reporting-app-svc": expect.stringMatching(/\.name\}$/) },
    });
    expect(Object.keys(JSON.parse(Testing.synth(stack)).output)).toEqual(["secret_names"]);
  });

  it("warns of a state in a local file where it matters", () => {
    const warnings = (environment: Environment) => {
      const stack = stackOf(environment);
      Testing.fullSynth(stack);
      return warningsAt(stack);
    };
    expect(warnings(environments.production)).toEqual([
      expect.stringMatching(/^AKR092 .*live passwords are in clear/),
    ]);
    expect(warnings(environments.demo)).toEqual([]);
  });

  it("gives every secret of an environment its tags", () => {
    const stack = stackOf({ ...environments.demo, tags: ["team:payments"] });
    Testing.synth(stack, true);
    const secrets = stack.node.findAll().filter((node) => node instanceof CustomRotatedSecret);
    expect(secrets.map((secret) => secret.describe().settings.tags)).toEqual([["team:payments"]]);
  });
});

describe("the app that cdktf runs", () => {
  async function synthesize(env: Record<string, string>, cwd = checkout) {
    const outdir = await mkdtemp(path.join(tmpdir(), "rotation-kit-synth-"));
    onTestFinished(() => rm(outdir, { recursive: true, force: true }));
    const finished = await run(
      process.execPath,
      [
        "--import",
        import.meta.resolve("tsx"),
        path.join(checkout, "test/harness/deployment/main.ts"),
      ],
      {
        cwd,
        env: { ...process.env, CDKTF_OUTDIR: outdir, ...env },
      },
    ).catch((error: { code: number; stderr: string; stdout: string }) => error);
    return { outdir, ...finished };
  }

  it("synthesizes every environment, and the same bytes in another process and folder", async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), "rotation-kit-elsewhere-"));
    onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
    const all = { ROTATION_ENVIRONMENT: "all" };
    const [one, other] = await Promise.all([synthesize(all), synthesize(all, elsewhere)]);
    for (const name of Object.keys(environments)) {
      const file = path.join("stacks", `rotation-${name}`, "cdk.tf.json");
      const text = await readFile(path.join(one.outdir, file), "utf8");
      expect(JSON.parse(text)).toHaveProperty("resource");
      // Where no backend is declared, cdktf itself writes a state into the working folder.
      const state = (folder: string) => `"${folder}/terraform.rotation-${name}.tfstate"`;
      expect(await readFile(path.join(other.outdir, file), "utf8")).toBe(
        text.replace(state(checkout), state(elsewhere)),
      );
    }
  });

  it("says in one line what is wrong, without a stack trace", async () => {
    const failed = await synthesize({ ROTATION_ENVIRONMENT: "nowhere" });
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^invalid_environment: ROTATION_ENVIRONMENT names "nowhere"/),
    ]);
  });
});

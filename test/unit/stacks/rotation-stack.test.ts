import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  type Environment,
  parseRulePolicy,
  RotatedAppCredential,
  RotationStack,
  SensitiveInput,
  selectEnvironments,
  WebTarget,
} from "../../../stacks/index.ts";
import "../../../stacks/testing/vitest.ts";

/** An environment with a field that the kit does not know. */
interface Ours extends Environment {
  readonly team: string;
}

const environment: Ours = {
  rotatorUrl: "https://rotator.internal.example.com/rotate",
  intervalUnit: "days",
  secureRemoteAccess: "staged",
  deleteProtection: false,
  team: "warehouse",
};

function declare(stack: RotationStack<Ours>): RotationStack<Ours> {
  const { rotatorUrl: url, team } = stack.environment;
  new RotatedAppCredential(stack, "app", {
    target: new WebTarget(stack, "rotator", { name: "rotator", url }),
    system: team,
    username: `svc-${team}`,
    currentPassword: SensitiveInput.fromEnvironment("TF_VAR_app_password"),
    deleteProtection: stack.environment.deleteProtection,
  });
  return stack;
}

describe("RotationStack", () => {
  it("hands the catalog an environment with fields of its own, overridden or not", () => {
    const selected = selectEnvironments({ staging: environment }, "staging", {
      ROTATION_ENVIRONMENT: "staging",
      SRA_STAGE: "enabled",
    });
    const stacks = selected.map(([name, chosen]) =>
      declare(new RotationStack<Ours>(new App(), name, { environment: chosen, rules: off() })),
    );
    expect(stacks.map((stack) => stack.environment)).toEqual([
      { ...environment, secureRemoteAccess: "enabled" },
    ]);
  });

  it("knows the name of its environment, which is its id where none is given", () => {
    const named = (environmentName?: string) =>
      new RotationStack(new App(), "eu", { environment, environmentName, rules: off() });
    expect(named("production").environmentName).toBe("production");
    expect(named().environmentName).toBe("eu");
  });

  it("names every secret in an output, also those that are declared after it", () => {
    const stack = new RotationStack(Testing.app(), "staging", { environment, rules: off() });
    expect(declare(stack)).toHaveOutput("secret_names", {
      value: { "/app": expect.stringMatching(/^\$\{.*\.name\}$/) },
    });
  });

  it("judges what is declared by the default rules", () => {
    const stack = new RotationStack(Testing.app(), "staging", {
      environment,
      rules: parseRulePolicy(""),
    });
    expect(() => Testing.fullSynth(declare(stack))).toThrow(/AKR050 \(high\)/);
  });

  it("takes the rules from a file, a policy, or the environment", () => {
    const directory = mkdtempSync(join(tmpdir(), "rotation-kit-rules-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "rules.yaml");
    writeFileSync(file, "off: { AKR050: { reason: for this test, owner: tests } }\n");
    const rulesOff = { AKR050: { reason: "for this test", owner: "tests" } };
    for (const props of [
      { environment, rules: file },
      { environment, rules: off() },
      { environment: { ...environment, rulesOff }, rules: parseRulePolicy("") },
    ]) {
      const stack = new RotationStack(Testing.app(), "staging", props);
      expect(() => Testing.fullSynth(declare(stack))).not.toThrow();
    }
  });

  it("refuses a file of rules that does not exist", () => {
    expect(
      () => new RotationStack(new App(), "staging", { environment, rules: "no-such-rules.yaml" }),
    ).toThrow(expect.objectContaining({ code: "rules_file_unreadable" }));
  });

  it("judges nothing and outputs nothing where it gets an environment alone", () => {
    const stack = new RotationStack(Testing.app(), "staging", environment);
    expect(() => Testing.fullSynth(declare(stack))).not.toThrow();
    expect(JSON.parse(Testing.synth(stack))).not.toHaveProperty("output");
  });
});

const off = () => parseRulePolicy("off: { AKR050: { reason: for this test, owner: tests } }");

/**
 * cdktf's matchers for vitest, which has no adapter of its own, and three that cdktf lacks: by
 * name, for outputs, and for providers with properties.
 *
 * @example
 * expect.extend(cdktfMatchers);
 * expect(stack).toHaveResourceWithProperties(WebTarget, { url: "https://rotator/rotate" });
 * @module
 */
import { testingMatchers } from "cdktf";
import {
  instances,
  inTerraformSpelling,
  type ResourceType,
  type StackOrJson,
  type SynthesizedAttributes,
  section,
  typeName,
} from "./synthesized.ts";

/** What a matcher gets from vitest, or from any test runner with the same interface. */
interface MatcherContext {
  equals(actual: unknown, expected: unknown, testers?: unknown[]): boolean;
  readonly utils: {
    subsetEquality: unknown;
    iterableEquality: unknown;
    stringify(value: unknown): string;
  };
}

interface Outcome {
  pass: boolean;
  message: () => string;
}

type Named = [name: string, attributes: SynthesizedAttributes];

const properties = (kind: string, sectionName: string) =>
  function (
    this: MatcherContext,
    received: StackOrJson,
    type: ResourceType,
    expected: SynthesizedAttributes = {},
  ): Outcome {
    return outcome(
      this,
      `${kind} ${typeName(type)}`,
      instances(received, sectionName, type),
      expected,
    );
  };

/** Matchers for `expect.extend`. Properties may be written in camelCase, and may hold matchers. */
export const cdktfMatchers = {
  toHaveResource: properties("resource", "resource"),
  toHaveResourceWithProperties: properties("resource", "resource"),
  toHaveDataSource: properties("data source", "data"),
  toHaveDataSourceWithProperties: properties("data source", "data"),
  toHaveProvider: properties("provider", "provider"),
  toHaveProviderWithProperties: properties("provider", "provider"),

  /** A resource by its name in Terraform, or by the beginning of it: cdktf appends a hash. */
  toHaveResourceNamed(
    this: MatcherContext,
    received: StackOrJson,
    type: ResourceType,
    name: string,
    expected: SynthesizedAttributes = {},
  ): Outcome {
    const found = instances(received, "resource", type).filter(
      ([candidate]) => candidate === name || candidate.replace(/_[0-9A-F]{8}$/, "") === name,
    );
    return outcome(this, `resource ${typeName(type)}.${name}`, found, expected);
  },

  /** An output by its name; properties such as `value` and `sensitive`. */
  toHaveOutput(
    this: MatcherContext,
    received: StackOrJson,
    name: string,
    expected: SynthesizedAttributes = {},
  ): Outcome {
    const outputs = section(received, "output");
    const found: Named[] = name in outputs ? [[name, outputs[name] as SynthesizedAttributes]] : [];
    return outcome(this, `output ${name}`, found, expected);
  },

  /** Runs `terraform init` and `terraform validate` on what `Testing.fullSynth` wrote. */
  toBeValidTerraform: (received: string): Outcome =>
    ran(testingMatchers.toBeValidTerraform(received)),

  /** Runs `terraform init` and `terraform plan` on what `Testing.fullSynth` wrote. */
  toPlanSuccessfully: (received: string): Outcome =>
    ran(testingMatchers.toPlanSuccessfully(received)),
};

function outcome(
  { equals, utils }: MatcherContext,
  what: string,
  found: readonly Named[],
  expected: SynthesizedAttributes,
): Outcome {
  const wanted = inTerraformSpelling(expected);
  const testers = [utils.iterableEquality, utils.subsetEquality];
  const pass = found.some(([, attributes]) => equals(attributes, wanted, testers));
  const details = found.map(([name, { "//": _, ...rest }]) => `${name}: ${utils.stringify(rest)}`);
  return {
    pass,
    message: () =>
      [
        `expected the stack ${pass ? "not " : ""}to have the ${what} with ${utils.stringify(wanted)}`,
        details.length > 0 ? `it has:\n${details.join("\n")}` : "it has none",
      ].join("; "),
  };
}

const ran = ({ pass, message }: testingMatchers.AssertionReturn): Outcome => ({
  pass,
  message: () => message,
});

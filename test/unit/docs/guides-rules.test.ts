import { readdirSync, readFileSync } from "node:fs";
import { Testing } from "cdktf";
import { expect, test } from "vitest";
import * as kit from "../../../stacks/index.ts";
import { warningsAt } from "../stacks/constructs/support.ts";

const guides = new URL("../../../docs/guides/", import.meta.url);

/** Blocks of code that declare a whole construct, and those that show properties of one. */
function examplesOf(guide: string) {
  const text = readFileSync(new URL(guide, guides), "utf8");
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
  return {
    whole: blocks.filter((code) => /^new RotatedAppCredential\([\s\S]*\n\}\);\n$/.test(code)),
    properties: blocks.filter((code) => /^secureRemoteAccess: [\s\S]*,\n$/.test(code)),
  };
}

const examples = readdirSync(guides).flatMap((guide) => {
  const { whole, properties } = examplesOf(guide);
  return whole.flatMap((code) => [
    [guide, code],
    ...properties.map((more) => [guide, code.replace(/\}\);\n$/, `${more}});\n`)]),
  ]);
});

test("there are examples to judge", () => expect(examples.length).toBeGreaterThan(1));

test.each(examples)("what %s shows has no finding that stops or warns", (_, code = "") => {
  const stack = new kit.RotationStack(Testing.app(), "production", {
    environment: {
      gatewayAddress: "https://gw.internal.example.com:8080/v2",
      rotatorUrl: "https://rotator.internal.example.com/rotate",
      intervalUnit: "days",
      secureRemoteAccess: "enabled",
      deleteProtection: true,
      realisation: "out-of-state",
    },
    rules: kit.DEFAULT_RULE_POLICY,
  });
  const url = stack.environment.rotatorUrl;
  const target = new kit.WebTarget(stack, "rotator", { name: "rotator", url });
  const names = Object.keys(kit);
  const declare = new Function("stack", "target", ...names, code);
  declare(stack, target, ...Object.values(kit));
  Testing.fullSynth(stack);
  expect(warningsAt(stack)).toEqual([]);
});

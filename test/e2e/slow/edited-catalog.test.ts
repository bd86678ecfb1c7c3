import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const checkout = path.resolve(import.meta.dirname, "../../..");

/** A deployment that has nothing in common with the example. */
const CATALOG = `
import { RotatedAppCredential, type RotationStack, WebTarget } from "./index.ts";

export function declare(stack: RotationStack): void {
  const target = new WebTarget(stack, "depot", { name: "depot", url: stack.environment.rotatorUrl });
  new RotatedAppCredential(stack, "depot-svc", { target, system: "depot", username: "svc-depot" });
}
`;
const ENVIRONMENTS = `
import type { Environment } from "./environment.ts";

export const environments: Record<"plant", Environment> = {
  plant: {
    gatewayAddress: "https://gw.plant.example.com:8081",
    rotatorUrl: "https://rotator.plant.example.com/rotate",
    intervalUnit: "minutes",
    secureRemoteAccess: "enabled",
    deleteProtection: true,
  },
};
export const defaultEnvironment = "plant";
`;

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), "rotation-kit-edited-"));
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: checkout, encoding: "utf8" });
  for (const file of tracked.split("\0").filter((name) => name !== "")) {
    cpSync(path.join(checkout, file), path.join(copy, file));
  }
  symlinkSync(path.join(checkout, "node_modules"), path.join(copy, "node_modules"));
  writeFileSync(path.join(copy, "stacks/catalog.ts"), CATALOG);
  writeFileSync(path.join(copy, "stacks/environments.ts"), ENVIRONMENTS);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs Node in the copy; throws its output where it fails. */
function node(...args: string[]): string {
  const { PATH, HOME } = process.env;
  return execFileSync(process.execPath, args, { cwd: copy, encoding: "utf8", env: { PATH, HOME } });
}

test("a catalog of your own is synthesized, and breaks neither tests nor demo", () => {
  node("--import", "tsx", "stacks/main.ts");
  const file = path.join(copy, "cdktf.out/stacks/rotation-plant/cdk.tf.json");
  expect(readFileSync(file, "utf8")).toContain("/depot-svc");
  node("node_modules/typescript/bin/tsc", "--noEmit");
  const tests = ["catalog.test.ts", "environments.test.ts", "rules/catalog.test.ts"];
  const files = tests.map((name) => `test/unit/stacks/${name}`);
  node("node_modules/vitest/vitest.mjs", "run", "--project", "unit", ...files, "test/unit/docs");
  const demo = JSON.parse(node("--import", "tsx", "test/demo/main.ts", "--json"));
  expect(demo).toMatchObject({ ok: true, steps: { length: 10 } });
});

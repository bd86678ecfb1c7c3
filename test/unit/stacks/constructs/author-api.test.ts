import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { App, TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { expect, it, vi } from "vitest";
import { RotatedSecretCustom } from "../../../../stacks/akeyless/rotated-secret-custom.ts";
import * as kit from "../../../../stacks/constructs/index.ts";
import { applyRules, parseRulePolicy } from "../../../../stacks/index.ts";
import { attributesOf, newSecret, newStack, warningsAt } from "./support.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

it("knows its constructs, also those of another copy of the kit", async () => {
  vi.resetModules();
  const other: typeof kit = await import("../../../../stacks/constructs/index.ts");
  expect(other.WebTarget).not.toBe(kit.WebTarget);
  const stack = newStack();
  const target = new other.WebTarget(stack, "target", { name: "/r", url: "https://r.internal" });
  const secret = newSecret(stack, { target });
  expect(kit.WebTarget.isWebTarget(target)).toBe(true);
  expect(other.CustomRotatedSecret.isCustomRotatedSecret(secret)).toBe(true);
  expect(kit.WebTarget.isWebTarget(secret)).toBe(false);
  expect(kit.CustomRotatedSecret.isCustomRotatedSecret(undefined)).toBe(false);
  const input = other.SensitiveInput.fromEnvironment("TF_VAR_first");
  expect(kit.SensitiveInput.isSensitiveInput(input)).toBe(true);
  expect(other.GatewayProvider.of(stack)).toBe(kit.GatewayProvider.of(stack));
});

it.each([
  "provider",
  "out-of-state",
] as const)("judges the constructs of another copy of the kit too: %s", async (realisation) => {
  vi.resetModules();
  const other: typeof kit = await import("../../../../stacks/constructs/index.ts");
  const stack = newStack({ intervalUnit: "days", realisation });
  const target = new other.WebTarget(stack, "target", {
    name: "/r",
    url: "http://r.internal",
    allowHttp: true,
  });
  new other.RotatedAppCredential(stack, "app", {
    target,
    system: "app",
    username: "svc",
    timeoutSec: 5,
    check: false,
  });
  applyRules(stack, { policy: parseRulePolicy("fail_at: never") });
  Testing.synth(stack, true);
  const found = warningsAt(stack).flatMap((text) => /^AKR\d+/.exec(text) ?? []);
  expect(found).toEqual(expect.arrayContaining(["AKR014", "AKR030", "AKR080"]));
});

it("checks the rotation of a secret that is declared elsewhere", () => {
  const stack = newStack();
  const secret = kit.CustomRotatedSecret.fromCustomRotatedSecretAttributes(stack, "elsewhere", {
    name: "prod/other",
  });
  expect(secret.itemPath).toBe("/prod/other");
  const check = new kit.RotationCheck(stack, "check", { secret, rotatorBudgetSec: undefined });
  const { provisioner } = attributesOf(check.node.defaultChild as never) as {
    provisioner: { "local-exec": { command: string; environment: Record<string, string> } }[];
  };
  expect(provisioner[0]?.["local-exec"].command).toBe("/prod/other");
  expect(provisioner[0]?.["local-exec"].environment.ROTATION_KIT_EXPECT).toMatch(
    /^\$\{jsonencode\(\{\}\)\}$/,
  );
});

it("knows a target that is declared elsewhere by its attributes", () => {
  const target = kit.WebTarget.fromWebTargetAttributes(newStack(), "elsewhere", {
    name: "rotator",
    url: "https://rotator.internal/rotate",
  });
  expect(target).toMatchObject({
    targetPath: "/rotator",
    targetUrl: "https://rotator.internal/rotate",
  });
});

it.each([
  "provider",
  "out-of-state",
] as const)("writes no path of this machine where the command of the kit is set: %s", (realisation) => {
  const kitCommand = ["npx", "--no-install", "rotation-kit"];
  const stack = newStack({ intervalUnit: "days", realisation, kitCommand });
  new kit.RotatedAppCredential(stack, "app", {
    target: new kit.WebTarget(stack, "target", { name: "/r", url: "https://r.internal" }),
    system: "app",
    username: "svc",
  });
  new kit.DriftCheck(stack, "drift");
  const text = Testing.synth(stack);
  expect(text).toContain('"--no-install"');
  expect(text).not.toMatch(/file:\/\/|"(\/[\w.-]+){2,}\.(ts|js|mjs)"/);
  expect(text).not.toContain(ROOT);
});

it("refuses a second gateway, and one that is declared after what needs it", () => {
  const stack = newStack();
  expect(() => new kit.GatewayProvider(stack, "Second")).toThrow(
    "test/Second: the stack has the gateway test/Gateway already",
  );
  const late = new TerraformStack(Testing.stubVersion(new App()), "late");
  new kit.WebTarget(late, "target", { name: "/r", url: "https://r.internal" });
  expect(() => new kit.GatewayProvider(late, "Gateway")).toThrow(
    "late/target is declared before the gateway: declare the gateway first",
  );
});

it.each(["1password", "-app"])("refuses the id %s, of which Terraform refuses the name", (id) => {
  const target = () => new kit.WebTarget(newStack(), id, { name: "/r", url: "https://r.internal" });
  expect(target).toThrow(`the id "${id}" makes a name that Terraform refuses`);
  // Below another construct it is not the beginning of the name.
  new kit.WebTarget(new Construct(newStack(), "team"), id, {
    name: "/r",
    url: "https://r.internal",
  });
});

it("refuses another name for a resource, which its other parts would not know", () => {
  const secret = newSecret(newStack());
  expect(() => secret.resource.overrideLogicalId("mine")).toThrow(
    `test/secret/Resource: overrideLogicalId("mine") comes too late, because other parts of the construct refer to ${secret.resource.friendlyUniqueId} already`,
  );
  const early = new RotatedSecretCustom(newStack(), "early", {
    name: "/n",
    targetName: "/t",
    customPayload: "{}",
  });
  early.overrideLogicalId("mine");
  expect(early.friendlyUniqueId).toBe("mine");
});

it.each([
  "removalPolicy",
  "adoptExisting",
  "realisation",
])("refuses a %s that is not one", (name) => {
  const props = { [name]: "yes" } as never;
  expect(() => newSecret(newStack(), props)).toThrow(`test/secret: ${name} is "yes"; allowed are `);
  const target = { name: "/r", url: "https://r.internal", ...(props as object) };
  expect(() => new kit.WebTarget(newStack(), "target", target)).toThrow(
    `test/target: ${name} is "yes"; allowed are `,
  );
});

it("takes properties that are given as undefined", () => {
  const secret = newSecret(newStack(), {
    description: undefined,
    passwordPolicy: undefined,
    timeoutSec: undefined,
    deleteProtection: undefined,
  });
  expect(attributesOf(secret.resource)).toMatchObject({ timeout_sec: 40 });
  expect(attributesOf(secret.resource)).not.toHaveProperty("description");
});

it("shows an example of each class, and they compile", { timeout: 60_000 }, async () => {
  const folder = join(ROOT, "stacks/constructs");
  const examples = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/@example([\s\S]*?)\n\s*\*\//g)].map(
      ([, text = ""]) => text.replace(/\n\s*\* ?/g, "\n").trim(),
    ),
  );
  const classes = Object.entries(kit).flatMap(([name, value]) =>
    /^[A-Z]/.test(name) && !("prototype" in value && value.prototype instanceof Error)
      ? [name]
      : [],
  );
  expect(classes.length).toBeGreaterThan(10);
  expect(classes.filter((name) => !examples.some((text) => text.includes(name)))).toEqual([]);
  const work = mkdtempSync(join(ROOT, "test/unit/stacks/constructs/.examples-"));
  const names = Object.keys(kit).join(", ");
  const scope = `const { ${names} } = kit;
    declare const stack: TerraformStack;
    declare const target: kit.IWebTarget;
    declare const secret: kit.CustomRotatedSecret;`;
  const source = `import type { TerraformStack } from "cdktf";
    import * as kit from "../../../../../stacks/constructs/index.ts";
    ${scope}
    export const examples = [${examples.map((text) => `() => {\n${text}\n}`).join(",\n")}];\n`;
  try {
    writeFileSync(join(work, "examples.ts"), source);
    writeFileSync(
      join(work, "tsconfig.json"),
      JSON.stringify({
        extends: join(ROOT, "tsconfig.json"),
        compilerOptions: { noUnusedLocals: false, noEmit: true },
        include: ["examples.ts"],
      }),
    );
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const run = promisify(execFile)(process.execPath, [tsc, "--project", work]);
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

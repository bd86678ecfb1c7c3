import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  App,
  Aspects,
  Fn,
  S3Backend,
  TerraformLocal,
  type TerraformMetaArguments,
  TerraformStack,
  TerraformVariable,
  Testing,
} from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it, vi } from "vitest";
import { AkeylessProvider } from "../../../../stacks/akeyless/provider.ts";
import {
  RotatedSecretCustom,
  type RotatedSecretCustomAttributes,
} from "../../../../stacks/akeyless/rotated-secret-custom.ts";
import { TargetWeb } from "../../../../stacks/akeyless/target-web.ts";
import {
  applySettings,
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  GatewayProvider,
  RotateAfterDisconnect,
  RotatedAppCredential,
  RotationCheck,
  RotationPayload,
  RotationSchedule,
  SecureRemoteAccess,
  type SecureRemoteAccessStage,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { codePolicy } from "../../../../stacks/rules/code-policy.ts";
import { rulePolicySchema } from "../../../../stacks/rules/policy-schema.ts";
import {
  type ApplyRulesOptions,
  applyRules,
  refusalOf,
} from "../../../../stacks/rules/synth/apply-rules.ts";
import { waive } from "../../../../stacks/rules/synth/waive.ts";

const CANARY = "canary-7f3a-in-clear";

/** Only the annotations' level, construct and rule. */
function annotated(stack: TerraformStack): string[] {
  // Errors abort the synthesis; what they say is on the constructs all the same.
  try {
    Testing.fullSynth(stack);
  } catch (error) {
    expect(refusalOf(error)).toContain("AKR");
  }
  return messages(stack).map(
    ({ level, path, text }) => `${level} ${path} ${text.slice(0, "AKR000".length)}`,
  );
}

const messages = (stack: TerraformStack) =>
  stack.node.findAll().flatMap((node) =>
    node.node.metadata
      .filter(({ type }) => type.startsWith("@cdktf/"))
      .map(({ type, data }) => ({
        level: type.slice("@cdktf/".length),
        path: node.node.path,
        text: String(data),
      })),
  );

/** Its state is encrypted, as it should be. */
function stackNamed(name: string, app = Testing.app()): TerraformStack {
  const stack = new TerraformStack(app, name);
  new S3Backend(stack, { bucket: "state", key: name, encrypt: true });
  return stack;
}

function newStack(options: ApplyRulesOptions = {}): TerraformStack {
  const stack = stackNamed("prod");
  new AkeylessProvider(stack, "gateway", { apiGatewayAddress: "https://gw.internal:8080/v2" });
  applyRules(stack, options);
  return stack;
}

const target = (stack: TerraformStack, url = "https://rotator.internal/rotate") =>
  new TargetWeb(stack, "rotator", { name: "/rotator", url });

const harmless = {
  name: "/prod/app",
  autoRotate: "true",
  rotationInterval: "30",
  deleteProtection: "true",
  lifecycle: { ignoreChanges: ["custom_payload"] },
};

function secret(
  stack: TerraformStack,
  more: Partial<RotatedSecretCustomAttributes> & TerraformMetaArguments = {},
): RotatedSecretCustom {
  return new RotatedSecretCustom(stack, "secret", { ...harmless, targetName: "/rotator", ...more });
}

/** What a review finds in the code of the synthesized stack. */
function policyInCode(stack: TerraformStack) {
  const folder = Testing.fullSynth(stack);
  const json = readFileSync(join(folder, "stacks", stack.node.id, "cdk.tf.json"), "utf8");
  return codePolicy(JSON.parse(json));
}

describe("applyRules", () => {
  it("says nothing about a harmless stack", () => {
    const stack = newStack();
    secret(stack, { targetName: target(stack).name });
    expect(annotated(stack)).toEqual([]);
  });

  it("puts each finding on its construct, as error, warning or note", () => {
    const stack = newStack();
    target(stack, "http://127.0.0.1/rotate");
    secret(stack, { deleteProtection: "false", timeoutSec: 10 });
    expect(annotated(stack)).toEqual([
      "info prod/rotator AKR030",
      "info prod/rotator AKR031",
      "error prod/secret AKR050",
      "warn prod/secret AKR080",
    ]);
  });

  it("writes id, severity, sentence and remedy", () => {
    const stack = newStack();
    secret(stack, { timeoutSec: 10 });
    annotated(stack);
    expect(messages(stack)[0]?.text).toBe(
      "AKR080 (low): the gateway waits 10 seconds; the rotator may need 35, with a margin 40. " +
        "Raise timeoutSec above the rotator's time limit, or lower that and limits.rotator_budget_seconds.",
    );
  });

  it("stops the synthesis of an app at an error", () => {
    const stack = newStack();
    secret(stack, { deleteProtection: "false" });
    expect(() => Testing.fullSynth(stack)).toThrow("[prod/secret] AKR050 (high)");
  });

  it("tells its own refusal from other errors", () => {
    expect(refusalOf(new Error("something else"))).toBeUndefined();
    expect(refusalOf("no error at all")).toBeUndefined();
  });

  it("stops from the severity that the policy names", () => {
    const never = newStack({ policy: rulePolicySchema.parse({ fail_at: "never" }) });
    secret(never, { deleteProtection: "false" });
    expect(annotated(never)).toEqual(["warn prod/secret AKR050"]);
    const low = newStack({ policy: rulePolicySchema.parse({ fail_at: "low" }) });
    secret(low, { timeoutSec: 10 });
    expect(annotated(low)).toEqual(["error prod/secret AKR080"]);
  });

  it("leaves out what is off for the stack, and makes a note of what is waived", () => {
    const off = newStack({ off: { AKR050: { reason: "a sandbox without data", owner: "ops" } } });
    secret(off, { deleteProtection: "false" });
    expect(annotated(off)).toEqual([]);
    expect(policyInCode(off).off).toEqual({
      AKR050: { reason: "a sandbox without data", owner: "ops" },
    });
    const waiver = {
      rule: "AKR050" as const,
      resource: "prod/secret",
      reason: "goes away with the old system",
      owner: "platform team",
      expires: "2026-11-22",
    };
    const policy = rulePolicySchema.parse({ waivers: [waiver] });
    const day = Date.parse("2026-11-22T12:00:00Z");
    const waived = newStack({ policy, now: () => day });
    secret(waived, { deleteProtection: "false" });
    expect(annotated(waived)).toEqual(["info prod/secret AKR050"]);
    expect(messages(waived)[0]?.text).toBe(
      'AKR050 (high, waived): delete protection is off. Accepted by "platform team" until 2026-11-22: "goes away with the old system".',
    );
    const expired = newStack({ policy, now: () => day + 24 * 60 * 60 * 1000 });
    secret(expired, { deleteProtection: "false" });
    expect(annotated(expired)).toEqual(["warn prod AKR095", "error prod/secret AKR050"]);
  });

  it("accepts what is waived beside the construct, and leaves the waiver to the review", () => {
    const stack = newStack({ now: () => Date.parse("2026-11-22T12:00:00Z") });
    const until = "2026-12-31";
    const unprotected = secret(stack, { deleteProtection: "false" });
    waive(unprotected, "AKR050", { reason: "goes away next month", until, owner: "ops" });
    const resource = "prod/secret";
    expect(policyInCode(stack)).toEqual({
      waivers: [
        { rule: "AKR050", resource, reason: "goes away next month", expires: until, owner: "ops" },
      ],
      off: {},
    });
    expect(messages(stack)).toMatchObject([{ level: "info", path: "prod/secret" }]);
  });

  it("covers everything below a construct, and nothing beside it", () => {
    const stack = newStack({ now: () => Date.parse("2026-11-22T12:00:00Z") });
    const folder = new Construct(stack, "old");
    const declare = (scope: Construct) =>
      new RotatedSecretCustom(scope, "secret", {
        ...harmless,
        targetName: "/rotator",
        deleteProtection: "false",
      });
    declare(folder);
    declare(new Construct(stack, "older"));
    const props = { reason: "goes away next month", until: "2026-12-31", owner: "ops" };
    waive(folder, "AKR050", props);
    expect(annotated(stack)).toEqual([
      "info prod/old/secret AKR050",
      "error prod/older/secret AKR050",
    ]);
  });

  it("keeps every one of many waivers, and looks at the stack at its end only", () => {
    const stack = newStack({ now: () => Date.parse("2026-11-22T12:00:00Z") });
    const looks = vi.spyOn(stack.node, "findAll");
    const names = Array.from({ length: 40 }, (_, index) => `old${index}`);
    for (const name of names) {
      const old = new RotatedSecretCustom(stack, name, {
        ...harmless,
        name: `/prod/${name}`,
        targetName: "/rotator",
        deleteProtection: "false",
      });
      waive(old, "AKR050", { reason: "goes away next month", until: "2026-12-31", owner: "ops" });
    }
    expect(looks).not.toHaveBeenCalled();
    expect(annotated(stack)).toEqual(names.map((name) => `info prod/${name} AKR050`));
  });

  it("refuses a waiver that says too little, or ends nowhere", () => {
    const stack = newStack();
    const props = { reason: "because", until: "soon", owner: "ops" };
    expect(() => waive(stack, "AKR050", props)).toThrow(
      expect.objectContaining({
        code: "waiver_invalid",
        message: expect.stringMatching(/at prod is not valid: reason .*; until write a date/),
      }),
    );
    expect(() => waive(stack, "AKR999", { ...props, reason: "long enough" })).toThrow(/rule /);
  });

  it("tells a waiver that accepts nothing, and one that matches nothing", () => {
    const waiver = { reason: "goes away next month", owner: "ops", expires: "2026-12-31" };
    const policy = rulePolicySchema.parse({
      waivers: [
        { ...waiver, rule: "AKR050", resource: "prod/secret" },
        { ...waiver, rule: "AKR050", resource: "prod/nothing" },
        { ...waiver, rule: "AKR050", resource: "another-stack/secret" },
        { ...waiver, rule: "AKR001", resource: "prod/secret" },
      ],
    });
    const stack = newStack({ policy, now: () => Date.parse("2026-11-22T12:00:00Z") });
    secret(stack);
    expect(annotated(stack)).toEqual(["warn prod AKR096", "info prod AKR096"]);
  });

  it("sees two secrets for one account, administrators, and shared first passwords", () => {
    const stack = newStack();
    const password = new TerraformVariable(stack, "first", { type: "string", sensitive: true });
    const first = (name: string, username: string) => {
      const fields = { system: "app", username, current_password: password.stringValue };
      const customPayload = Fn.sensitive(Fn.jsonencode(fields));
      new RotatedSecretCustom(stack, name, {
        ...harmless,
        name: `/prod/${name}`,
        targetName: "/rotator",
        customPayload,
      });
    };
    first("one", "svc");
    first("two", "svc");
    first("three", "root");
    expect(annotated(stack).sort()).toEqual([
      "error prod/one AKR024",
      "warn prod/one AKR026",
      "warn prod/three AKR025",
    ]);
    expect(messages(stack).map(({ text }) => text)).not.toContainEqual(
      expect.stringMatching(/svc|root/),
    );
  });

  it("sees where the state is kept", () => {
    const inFile = new TerraformStack(Testing.app(), "prod");
    applyRules(inFile);
    new AkeylessProvider(inFile, "gateway", {});
    secret(inFile);
    expect(annotated(inFile)).toEqual(["warn prod AKR092"]);
  });

  it("sees an adoption, and a check that was left out", () => {
    const stack = stackNamed("prod");
    applyRules(stack);
    new GatewayProvider(stack, "gateway", { address: "https://gw.internal:8080/v2" });
    applySettings(stack, { intervalUnit: "days" });
    const target = new WebTarget(stack, "rotator", {
      name: "/rotator",
      url: "https://rotator.internal/rotate",
    });
    new RotatedAppCredential(stack, "app", {
      target,
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_first"),
      adoptExisting: true,
      check: false,
    });
    expect(annotated(stack).filter((line) => line.includes("AKR"))).toEqual([
      "warn prod/app/Secret/Resource AKR014",
      "info prod/app/Secret/Resource AKR052",
    ]);
  });

  it("sees escape hatches", () => {
    const stack = newStack();
    secret(stack).addOverride("delete_protection", "false");
    expect(annotated(stack)).toEqual(["error prod/secret AKR050"]);
  });

  it("sees a login in clear in the provider block", () => {
    const stack = stackNamed("prod");
    const accessKey = new TerraformVariable(stack, "key", { type: "string", sensitive: true });
    const login = (key: string) => ({ accessId: "p-1", accessKey: key });
    new AkeylessProvider(stack, "good", { apiKeyLogin: login(accessKey.stringValue) });
    new AkeylessProvider(stack, "bad", { alias: "bad", apiKeyLogin: login(CANARY) });
    applyRules(stack);
    expect(annotated(stack)).toEqual(["error prod/bad AKR091"]);
    expect(JSON.stringify(messages(stack))).not.toContain(CANARY);
  });

  it("sees what an Aspect added before it changes", () => {
    const stack = stackNamed("prod");
    Aspects.of(stack).add({
      visit(node) {
        if (node instanceof RotatedSecretCustom) node.addOverride("delete_protection", "false");
      },
    });
    applyRules(stack);
    new AkeylessProvider(stack, "gateway", {});
    secret(stack);
    expect(annotated(stack)).toEqual(["error prod/secret AKR050"]);
  });

  it("judges nothing that only Terraform knows", () => {
    const stack = newStack();
    const unknown = new TerraformVariable(stack, "unknown", { type: "string" }).stringValue;
    target(stack, `http://${unknown}/rotate`);
    secret(stack, {
      autoRotate: unknown,
      rotationInterval: unknown,
      deleteProtection: unknown,
      secureAccessEnable: unknown,
      secureAccessHost: [unknown],
      key: unknown,
    });
    expect(annotated(stack)).toEqual([]);
  });

  it("counts in the unit of the construct's settings", () => {
    const stack = stackNamed("prod");
    applySettings(stack, { intervalUnit: "minutes" });
    new AkeylessProvider(stack, "gateway", {});
    applyRules(stack);
    secret(stack, { rotationInterval: "30" });
    expect(annotated(stack)).toEqual(["warn prod/secret AKR012"]);
  });

  it("reaches every stack of an app by itself", () => {
    const app = new App({ outdir: Testing.app().outdir });
    for (const name of ["one", "two"]) {
      const stack = stackNamed(name, app);
      new AkeylessProvider(stack, "gateway", {});
      secret(stack, { name: `/${name}`, timeoutSec: 10 });
      applyRules(stack);
    }
    app.synth();
    const manifest = readFileSync(join(app.outdir, "manifest.json"), "utf8");
    expect(manifest.match(/AKR080/g)).toHaveLength(2);
  });
});

describe("payloads at synth", () => {
  const judged = (declare: (stack: TerraformStack) => string, more = {}) => {
    const stack = newStack();
    secret(stack, { customPayload: declare(stack), ...more });
    const found = annotated(stack);
    expect(JSON.stringify(messages(stack))).not.toContain(CANARY);
    return found;
  };
  const variable = (stack: TerraformStack, sensitive: boolean) =>
    new TerraformVariable(stack, "password", { type: "string", sensitive });
  const names = { system: "app", username: "svc" };

  it("accepts a password from a sensitive variable", () => {
    expect(
      judged((stack) => Fn.jsonencode({ ...names, password: variable(stack, true).stringValue })),
    ).toEqual([]);
  });

  it("accepts what is marked as a whole", () => {
    expect(
      judged((stack) =>
        Fn.sensitive(Fn.jsonencode({ ...names, password: variable(stack, false).stringValue })),
      ),
    ).toEqual([]);
  });

  it("warns about a variable that is not sensitive", () => {
    expect(
      judged((stack) => Fn.jsonencode({ ...names, password: variable(stack, false).stringValue })),
    ).toEqual(["warn prod/secret AKR023"]);
  });

  it("cannot tell about the attribute of another resource", () => {
    const payload = `\${jsonencode({ username = "svc", password = random_password.first.result })}`;
    expect(judged(() => payload)).toEqual([]);
  });

  const inClear = "error prod/secret AKR020";

  it("refuses a literal password in JSON", () => {
    const found = judged(() => JSON.stringify({ ...names, password: CANARY }));
    expect(found).toContain(inClear);
  });

  it("refuses a literal password in an expression, also a sensitive one", () => {
    expect(
      judged(() => Fn.sensitive(Fn.jsonencode({ ...names, current_password: CANARY }))),
    ).toEqual([inClear]);
  });

  it("refuses a literal password that hides in a local", () => {
    expect(
      judged((stack) => {
        const local = new TerraformLocal(stack, "hidden", { ...names, password: CANARY });
        return Fn.sensitive(Fn.jsonencode(local.expression));
      }),
    ).toEqual([inClear]);
  });

  it("refuses a whole JSON text inside a function", () => {
    expect(judged(() => `\${sensitive("{\\"password\\":\\"${CANARY}\\"}")}`)).toEqual([inClear]);
  });

  it("refuses to forget that the payload rotates", () => {
    const payload = (stack: TerraformStack) => variable(stack, true).stringValue;
    expect(judged(payload, { lifecycle: {} })).toEqual(["error prod/secret AKR021"]);
    expect(judged(payload, { lifecycle: { ignoreChanges: "all" } })).toEqual([]);
  });
});

describe("the kit's own constructs", () => {
  const declare = (
    realisation: "provider" | "out-of-state",
    access: "checked" | "unchecked",
    more: Partial<CustomRotatedSecretProps> = {},
    secureRemoteAccessStage: SecureRemoteAccessStage = "enabled",
  ) => {
    const stack = stackNamed("prod");
    applySettings(stack, { intervalUnit: "days", realisation, secureRemoteAccessStage });
    new GatewayProvider(stack, "gateway", { address: "https://gw.internal:8080/v2" });
    const target = new WebTarget(stack, "rotator", {
      name: "/rotator",
      url: "https://rotator.internal/rotate",
    });
    const secret = new CustomRotatedSecret(stack, "secret", {
      name: "/prod/app",
      target,
      payload: new RotationPayload({
        system: "app",
        username: "svc",
        currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
      }),
      schedule: RotationSchedule.every(Duration.days(30)),
      secureRemoteAccess: SecureRemoteAccess.ssh({
        hosts: ["app.internal"],
        rotateAfterDisconnect: RotateAfterDisconnect.immediately(),
      }),
      ...more,
    });
    if (access === "checked") new RotationCheck(stack, "check", { secret });
    applyRules(stack);
    return annotated(stack).filter((line) => line.includes("AKR"));
  };

  describe.each(["provider", "out-of-state"] as const)("managed by %s", (realisation) => {
    const path = realisation === "provider" ? "prod/secret/Resource" : "prod/secret";

    it("have no finding when a check proves their rotation", () => {
      expect(declare(realisation, "checked")).toEqual([]);
    });

    it("are told to prove rotation before Secure Remote Access", () => {
      expect(declare(realisation, "unchecked")).toEqual([`info ${path} AKR040`]);
    });

    it("are judged by the Secure Remote Access that is staged, as if it were on", () => {
      const secureRemoteAccess = SecureRemoteAccess.ssh({ hosts: ["app.internal"] });
      const found = [`warn ${path} AKR045`];
      expect(declare(realisation, "checked", { secureRemoteAccess })).toEqual(found);
      expect(declare(realisation, "checked", { secureRemoteAccess }, "staged")).toEqual(found);
      // What a later deploy switches on is not on before the first rotation.
      expect(declare(realisation, "unchecked", {}, "staged")).toEqual([]);
    });

    it("are judged by their settings", () => {
      expect(declare(realisation, "checked", { deleteProtection: false, timeoutSec: 5 })).toEqual([
        `error ${path} AKR050`,
        `warn ${path} AKR080`,
      ]);
    });

    it("are judged by their payload", () => {
      const payload = new RotationPayload({
        system: "app",
        username: "svc",
        currentPassword: SensitiveInput.unsafePlainText(CANARY),
      });
      expect(declare(realisation, "checked", { payload })).toEqual([`error ${path} AKR020`]);
    });
  });
});

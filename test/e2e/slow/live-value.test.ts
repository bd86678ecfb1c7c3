import type { TerraformStack } from "cdktf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type CustomRotatedSecretProps,
  RotationCheck,
  SecureRemoteAccess,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import { NAME, secretIn } from "./declare-secret.ts";
import { type Declare, INITIAL_PASSWORD, type Stage, setStackStage } from "./stacks/stage.ts";

const REFRESH = "/rotated-secret-get-value";
const GUARD = "/get-rotated-secret-value";

// The kit asks for 2.0.5. On 2.0.1 the guard is tested without the attribute that this release lacks.
describe.each([
  "2.0.5",
  "2.0.1",
] as const)("with the provider %s, a plan that would write an old payload back fails", (release) => {
  const declare =
    (props: Partial<CustomRotatedSecretProps> = {}): Declare =>
    (stack, rotator) => {
      const { resource } = secretIn(stack, rotator, props);
      if (release === "2.0.1") resource.addOverride("skip_dry_run", undefined);
    };
  const withTag = (tag: string) => declare({ tags: [tag] });
  let stage: Stage;
  beforeEach(async () => {
    stage = await setStackStage({}, "terraform", { release });
    await stage.deploy(withTag("before"));
    expect(stored()).toBe(INITIAL_PASSWORD);
    expect(await stage.plannedActions()).toEqual([]);
    expect(await stage.gateway.rotate(NAME)).not.toHaveProperty("error");
    expect(stored()).toBe("rotated-1");
  });
  afterEach(() => stage.stop());

  const stored = () =>
    JSON.parse(stage.gateway.item(NAME)?.versions.at(-1)?.payload ?? "{}").current_password;
  const tags = () => stage.gateway.item(NAME)?.tags;
  const apply = (options: Parameters<Stage["terraform"]>[1] = {}, ...args: readonly string[]) =>
    stage.terraform(["apply", "-auto-approve", "-input=false", ...args], options);
  const refused = async (...given: Parameters<typeof apply>) => {
    const { code, stderr } = await apply(
      { mayFail: true, ...given[0] },
      ...(given.slice(1) as string[]),
    );
    expect(code).toBe(1);
    expect(stored()).toBe("rotated-1");
    expect(tags()).toEqual(["before"]);
    return stderr.replace(/\s+/g, " ");
  };

  it("a rotation leaves the plan empty, and a changed tag is one update that loses nothing", async () => {
    expect(await stage.plannedActions()).toEqual([]);
    // The variable of the first password has to be set, to any value.
    const another = ["plan", "-input=false", "-detailed-exitcode", "-var=password=another"];
    expect((await stage.terraform(another)).code).toBe(0);
    await stage.synthesize(withTag("after"));
    expect(await stage.plannedActions()).toEqual([
      expect.stringMatching(/^akeyless_rotated_secret_custom\..*: update$/),
    ]);
    await apply();
    expect([stored(), tags()]).toEqual(["rotated-1", ["after"]]);
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("one failed read at refresh and a changed tag fail the plan, with our sentence", async () => {
    await stage.synthesize(withTag("after"));
    stage.gateway.faults.inject("error-before", { at: "api", path: REFRESH });
    expect(await refused()).toContain(
      `The plan would write a payload over ${NAME} that is not its live one`,
    );
    await apply();
    expect([stored(), tags()]).toEqual(["rotated-1", ["after"]]);
  });

  it("so does a value that cannot be read at all, at a place whose name says so", async () => {
    await stage.synthesize(withTag("after"));
    stage.gateway.faults.inject("error-before", { at: "api", path: REFRESH });
    stage.gateway.faults.inject("error-before", { at: "api", path: GUARD });
    expect(await refused()).toMatch(/can't get value: 500.*LiveValueMustBeReadable/);
  });

  it("an identity that may never read the value cannot plan an update, and one that may heals it", async () => {
    await stage.synthesize(withTag("after"));
    for (const path of [REFRESH, GUARD]) {
      stage.gateway.faults.inject("error-before", { at: "api", path, times: Infinity });
    }
    for (const _ of ["once", "again"]) expect(await refused()).toContain("LiveValueMustBeReadable");
    stage.gateway.faults.clear();
    await apply();
    expect([stored(), tags()]).toEqual(["rotated-1", ["after"]]);
  });

  it("neither does a plan that does not refresh", async () => {
    await stage.synthesize(withTag("after"));
    expect(await refused({}, "-refresh=false")).toContain("is not its live one");
  });

  it("a destroy that does not refresh needs no value", async () => {
    for (const path of [REFRESH, GUARD]) {
      stage.gateway.faults.inject("error-before", { at: "api", path, times: Infinity });
    }
    await stage.terraform(["destroy", "-auto-approve", "-refresh=false"]);
    expect(stage.gateway.item(NAME)).toBeUndefined();
  });

  it("an item that is taken over is updated with what the same plan has read, or not at all", async () => {
    const adopted = (tag: string) => declare({ tags: [tag], adoptExisting: true });
    await stage.terraform(["state", "rm", "akeyless_rotated_secret_custom.app_735A5B53"], {
      mayFail: true,
    });
    await stage.deploy(adopted("before"));
    expect(await stage.plannedActions()).toEqual([]);
    await stage.synthesize(adopted("after"));
    stage.gateway.faults.inject("error-before", { at: "api", path: GUARD });
    expect(await refused()).toContain("LiveValueMustBeReadable");
    // The state is behind, and no harm is done: what is written is what was read.
    stage.gateway.faults.inject("error-before", { at: "api", path: REFRESH });
    await apply();
    expect([stored(), tags()]).toEqual(["rotated-1", ["after"]]);
  });

  it("an item that is created is compared in the same apply, and the next apply goes on", async () => {
    const second = "/prod/second";
    await stage.synthesize((stack, rotator) => {
      withTag("before")(stack, rotator);
      const { resource } = secretIn(stack, rotator, { name: second }, "second");
      if (release === "2.0.1") resource.addOverride("skip_dry_run", undefined);
    });
    const cut = { at: "api", path: GUARD, item: second, times: Infinity } as const;
    stage.gateway.faults.inject("error-before", cut);
    expect(await refused()).toContain("LiveValueMustBeReadable");
    expect(stage.gateway.item(second)).toBeDefined();
    stage.gateway.faults.clear();
    await apply();
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("another spelling of the name changes nothing", async () => {
    await stage.synthesize(declare({ name: NAME.slice(1), tags: ["before"] }));
    expect(await stage.plannedActions()).toEqual([]);
  });
});

describe.each([
  "keep",
  "overwrite",
] as const)("where an empty text means %s", (emptyTextOnUpdate) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await setStackStage({ emptyTextOnUpdate });
  });
  afterEach(() => stage.stop());

  const target = (stack: TerraformStack, description?: string) =>
    new WebTarget(stack, "described", {
      name: "/described",
      url: new URL("/described", stage.rotator.url).href,
      description,
    });
  const withTexts: Declare = (stack) => {
    const texts = { description: "for people", secureRemoteAccess: ssh("svc") };
    const secret = secretIn(stack, target(stack, "for people"), texts);
    new RotationCheck(secret, "Check", { secret });
  };
  const withoutTexts: Declare = (stack) => {
    const secret = secretIn(stack, target(stack), { secureRemoteAccess: ssh() });
    new RotationCheck(secret, "Check", { secret });
  };

  it("removed texts end in an empty plan and a check that passes", async () => {
    await stage.deploy(withTexts);
    await stage.deploy(withoutTexts);
    expect(await stage.plannedActions()).toEqual([]);
    expect(stage.gateway.item(NAME)?.description).toBe("for people");
    const user = stage.gateway.item(NAME)?.remoteAccess.sshUser;
    expect(user).toBe(emptyTextOnUpdate === "keep" ? "svc" : "");
  });
});

const ssh = (user?: string) =>
  SecureRemoteAccess.ssh({
    hosts: ["app01.internal"],
    certificateIssuer: "/issuer",
    ...(user !== undefined && { user }),
  });

import type { TerraformStack } from "cdktf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CustomRotatedSecretProps,
  type Realisation,
  renamedFrom,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import { NAME, secretIn } from "./declare-secret.ts";
import { type Declare, type Stage, setStackStage } from "./stacks/stage.ts";

const TARGET = "/moving-rotator";

/** One secret at one target, both managed alike; "gone" declares neither. */
const secretAt =
  (props: Partial<CustomRotatedSecretProps>, id = "app", formerly?: string): Declare =>
  (stack, rotator) => {
    const { realisation, removalPolicy } = props;
    const target = new WebTarget(stack, "moving", {
      name: TARGET,
      url: rotator.targetUrl,
      realisation,
      removalPolicy,
    });
    const secret = secretIn(stack, target, props, id);
    if (formerly !== undefined) renamedFrom(secret, formerly);
  };

/** Many secrets, whose target can be another one. */
const many =
  (count: number, props: Partial<CustomRotatedSecretProps>, targetName?: string): Declare =>
  (stack: TerraformStack, rotator) => {
    const target = targetName
      ? new WebTarget(stack, "next", { name: targetName, url: rotator.targetUrl })
      : rotator;
    for (let index = 0; index < count; index += 1) {
      secretIn(stack, target, { name: `/many/${index}`, ...props }, `many-${index}`);
    }
  };

const gone: Declare = () => {};

/** Terraform's words without its frame and its line breaks. */
const unwrapped = (text: string) => text.replace(/[│╷╵\s]+/g, " ");

describe.each<Realisation>(["provider", "out-of-state"])("an item managed as %s", (realisation) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStackStage();
    await stage.deploy(secretAt({ realisation, deleteProtection: true }));
  });
  afterAll(() => stage.stop());

  const item = () => stage.gateway.item(NAME);
  const refusedPlan = async (args: readonly string[] = []) => {
    const { code, stderr } = await stage.terraform(["plan", "-input=false", ...args], {
      mayFail: true,
    });
    expect(code).toBe(1);
    return unwrapped(stderr);
  };

  it("another name, and another target, of a protected item are refused in the plan, in a sentence", async () => {
    const before = item();
    await stage.synthesize(secretAt({ realisation, deleteProtection: true, name: "/prod/new" }));
    const renamed = await refusedPlan();
    expect(renamed).toContain(
      `${NAME} is protected from deletion, but this plan would replace it, because its name or its Web Target changes: now ${NAME} at ${TARGET}, declared /prod/new at ${TARGET}. Nothing was changed.`,
    );
    await stage.synthesize((stack, rotator) =>
      secretIn(stack, rotator, { realisation, deleteProtection: true }),
    );
    const moved = await refusedPlan();
    expect(moved).toContain(`now ${NAME} at ${TARGET}, declared ${NAME} at /rotator. Nothing`);
    expect(renamed + moved).not.toContain("prevent_destroy");
    expect(item()).toEqual(before);
  });

  it("code of a protected item that is taken away is refused in the plan, as is a destroy", async () => {
    // Nothing is left that knows the item, so that an apply would stop half done.
    await stage.synthesize((stack, rotator) => {
      secretIn(stack, rotator, { realisation, name: "/prod/other", deleteProtection: true }, "two");
    });
    expect(await refusedPlan()).toContain("null_resource.DeployOnceWithDeleteProtectionFalse[");
    await stage.synthesize(secretAt({ realisation, deleteProtection: true }));
    expect(await refusedPlan(["-destroy"])).toContain("DeployOnceWithDeleteProtectionFalse[");
  });

  it("another id of its construct changes nothing, and keeps the protection", async () => {
    const { id } = item() ?? {};
    await stage.deploy(secretAt({ realisation, deleteProtection: true }, "renamed", "app"));
    expect(item()?.id).toBe(id);
    await stage.synthesize(
      secretAt({ realisation, deleteProtection: true, name: "/n" }, "renamed"),
    );
    expect(await refusedPlan()).toContain("is protected from deletion");
  });

  it("retain: an item and its target leave the code, and stay in Akeyless as they are", async () => {
    const before = item();
    await stage.deploy(
      secretAt({ realisation, deleteProtection: true, removalPolicy: "retain" }, "renamed"),
    );
    expect(item()).toEqual(before);
    await stage.deploy(gone);
    expect(item()).toEqual(before);
    expect((await stage.terraform(["state", "list"])).stdout).not.toMatch(/renamed|moving/);
  });

  it("is taken back, and deleted once its protection was taken away", async () => {
    const { id } = item() ?? {};
    const takeBack =
      (deleteProtection: boolean): Declare =>
      (stack, rotator) => {
        const target = new WebTarget(stack, "back-target", {
          name: TARGET,
          url: rotator.targetUrl,
          realisation,
          adoptExisting: true,
        });
        const adoptExisting = realisation === "provider";
        secretIn(stack, target, { realisation, deleteProtection, adoptExisting }, "back");
      };
    await stage.deploy(takeBack(true));
    expect(item()?.id).toBe(id);
    await stage.deploy(takeBack(false));
    await stage.terraform(["destroy", "-auto-approve"]);
    expect(item()).toBeUndefined();
  });
});

describe("the target of many secrets", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStackStage();
  });
  afterAll(() => stage.stop());

  it("is refused as a whole while they are protected, then replaces each", async () => {
    await stage.deploy(many(3, { deleteProtection: true }));
    const before = stage.gateway.item("/many/0")?.targetId;
    await stage.synthesize(many(3, { deleteProtection: true }, "/next"));
    const refused = await stage.terraform(["plan", "-input=false"], { mayFail: true });
    expect(unwrapped(refused.stderr).match(/is protected from deletion/g)).toHaveLength(3);
    await stage.deploy(many(3, { deleteProtection: false }));
    await stage.deploy(many(3, { deleteProtection: false }, "/next"));
    const targets = [0, 1, 2].map((index) => stage.gateway.item(`/many/${index}`)?.targetId);
    expect(new Set(targets).size).toBe(1);
    expect(targets).not.toContain(before);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CustomRotatedSecretProps,
  type Realisation,
  WebTarget,
  type WebTargetProps,
} from "../../../stacks/constructs/index.ts";
import { NAME, secretIn } from "./declare-secret.ts";
import { type Declare, type Stage, setStackStage } from "./stacks/stage.ts";

const TARGET = "/moving-rotator";

const declare =
  (props: Partial<CustomRotatedSecretProps> & Pick<WebTargetProps, "adoptExisting">): Declare =>
  (stack, rotator) => {
    const { realisation, removalPolicy, adoptExisting } = props;
    const url = rotator.targetUrl;
    const options = { realisation, removalPolicy, adoptExisting };
    const target = new WebTarget(stack, "moving", { name: TARGET, url, ...options });
    secretIn(stack, target, { deleteProtection: true, ...props });
  };

const gone: Declare = () => {};

/** docs/guides/change-an-item.md, "Move an item to another stack, or split a stack". */
describe.each<Realisation>([
  "provider",
  "out-of-state",
])("an item managed as %s moves to another stack", (realisation) => {
  let before: Stage;
  let after: Stage;
  beforeAll(async () => {
    before = await setStackStage();
    after = before.beside("after");
    await before.deploy(declare({ realisation }));
    await before.gateway.rotate(NAME);
  });
  afterAll(() => before.stop());

  const item = () => before.gateway.item(NAME);

  it("and keeps its id, its versions and its password", async () => {
    const moved = item();
    expect(moved?.versions).toHaveLength(2);
    await before.deploy(declare({ realisation, removalPolicy: "retain" }));
    await before.deploy(gone);
    expect(item()).toEqual(moved);
    await after.deploy(declare({ realisation, adoptExisting: realisation === "provider" }));
    expect(item()?.id).toBe(moved?.id);
    expect(item()?.versions.at(-1)?.payload).toBe(moved?.versions.at(-1)?.payload);
  });

  it("where it is protected again, and nothing is left to plan in either stack", async () => {
    expect(await before.plannedActions()).toEqual([]);
    expect(await after.plannedActions()).toEqual([]);
    await after.synthesize(gone);
    const refused = await after.terraform(["plan", "-input=false"], { mayFail: true });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("DeployOnceWithDeleteProtectionFalse");
  });
});

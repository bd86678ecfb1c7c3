import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebTarget, type WebTargetProps } from "../../../stacks/constructs/index.ts";
import { declareSecret, NAME, secretIn } from "./declare-secret.ts";
import { type Declare, INITIAL_PASSWORD, type Stage, setStackStage } from "./stacks/stage.ts";

const RENAMED = "/prod/renamed";
const SECRET = /^akeyless_rotated_secret_custom\.app_/;

/** The renamed secret at another target. */
const elsewhere =
  (
    props: Pick<WebTargetProps, "adoptExisting"> = {},
    name = RENAMED,
    targetName = "/elsewhere",
  ): Declare =>
  (stack, rotator) => {
    const target = new WebTarget(stack, "elsewhere", {
      name: targetName,
      url: `${rotator.targetUrl}/elsewhere`,
      ...props,
    });
    declareSecret({ name, ...props })(stack, target);
  };

describe("what makes a new item of a secret", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStackStage();
    await stage.deploy(declareSecret());
  });
  afterAll(() => stage.stop());

  const item = (name = NAME) => stage.gateway.item(name);
  const secretActions = async () =>
    (await stage.plannedActions()).filter((action) => SECRET.test(action));

  it("taint replaces it, starts with the first password and rotates that away", async () => {
    const [address = ""] = (await stage.terraform(["state", "list"])).stdout
      .split("\n")
      .filter((line) => SECRET.test(line));
    const before = item();
    await stage.terraform(["taint", address]);
    expect(await secretActions()).toEqual([`${address}: delete+create`]);
    await stage.terraform(["apply", "plan"]);
    expect(item()?.id).not.toBe(before?.id);
    expect(stage.rotator.requests.at(-1)?.body.payload).toContain(INITIAL_PASSWORD);
    expect(item()?.versions).toHaveLength(2);
  });

  it("another name replaces it", async () => {
    await stage.synthesize(declareSecret({ name: RENAMED }));
    expect(await secretActions()).toEqual([expect.stringMatching(/: delete\+create$/)]);
    await stage.terraform(["apply", "plan"]);
    expect(item()).toBeUndefined();
    expect(item(RENAMED)?.versions).toHaveLength(2);
  });

  it("another target replaces it, and the new one is called", async () => {
    await stage.deploy(elsewhere());
    expect(stage.rotator.requests.at(-1)?.url).toBe("/rotate/elsewhere");
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("an item that Terraform does not know is taken over with its payload", async () => {
    const addresses = (await stage.terraform(["state", "list"])).stdout.split("\n");
    const forgotten = addresses.filter((address) => /(app|elsewhere)_/.test(address));
    await stage.terraform(["state", "rm", ...forgotten]);
    const { id, lastVersion = 0 } = item(RENAMED) ?? {};
    await stage.deploy(elsewhere({ adoptExisting: true }));
    // Nothing new but the rotation of the check.
    expect(item(RENAMED)).toMatchObject({ id, lastVersion: lastVersion + 1 });
    expect(await stage.plannedActions()).toEqual([]);
  });

  const refusalOf = async (declare: Declare) => {
    await stage.synthesize(declare);
    const { code, stderr } = await stage.terraform(["plan", "-input=false"], { mayFail: true });
    expect(code).toBe(1);
    return stderr.replace(/[\s│]+/g, " ");
  };

  it("another name of an adopted item is refused, also where an item has it", async () => {
    const other = stage.beside("other");
    await other.deploy((stack, rotator) => secretIn(stack, rotator, { name: "/prod/other" }));
    const refused = await refusalOf(elsewhere({ adoptExisting: true }, "/prod/other"));
    expect(refused).toContain("renames /prod/renamed to /prod/other while it has adoptExisting");
    await other.terraform(["destroy", "-auto-approve"]);
  });

  it("another name of an adopted Web Target is refused", async () => {
    const refused = await refusalOf(elsewhere({ adoptExisting: true }, RENAMED, "/another"));
    expect(refused).toContain("renames /elsewhere to /another while it has adoptExisting");
  });

  it("the item is left as it is when adoptExisting is taken away", async () => {
    const before = item(RENAMED);
    await stage.synthesize(elsewhere());
    const actions = await stage.plannedActions();
    expect(actions.filter((action) => action.startsWith("akeyless_"))).toEqual([]);
    await stage.terraform(["apply", "plan"]);
    expect(item(RENAMED)?.versions.slice(0, before?.versions.length)).toEqual(before?.versions);
    expect(item(RENAMED)?.id).toBe(before?.id);
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("destroy leaves nothing behind", async () => {
    await stage.terraform(["destroy", "-auto-approve"]);
    expect(item(RENAMED)).toBeUndefined();
    expect((await stage.terraform(["state", "list"])).stdout).toBe("");
  });
});

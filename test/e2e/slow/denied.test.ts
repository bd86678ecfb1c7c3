import { afterAll, beforeAll, expect, it } from "vitest";
import { RotationCheck } from "../../../stacks/constructs/index.ts";
import { stateCommand } from "../../../stacks/operations/state-command.ts";
import type { Capability } from "../../harness/gateway/options.ts";
import { runKit } from "../../unit/stacks/operations/run-command.ts";
import { secretIn } from "./declare-secret.ts";
import { type Declare, type Stage, setStackStage } from "./stacks/stage.ts";

const ITEMS = { provider: "/prod/provider", "out-of-state": "/prod/steps" } as const;
const ALL: readonly Capability[] = ["create", "read", "update", "delete", "list"];

/** An identity that may do all but one thing with the items. */
const without = (missing: Capability) => ({
  accessId: `p-no-${missing}`,
  accessKey: "key",
  rules: [
    { path: "/prod/*", capabilities: ALL.filter((one) => one !== missing) },
    { path: "/rotator", capabilities: ALL },
  ],
});

let stage: Stage;
beforeAll(async () => {
  const operator = { accessId: "p-operator", accessKey: "key" };
  stage = await setStackStage({
    users: [operator, ...(["read", "update", "delete"] as const).map(without)],
  });
  await stage.deploy(declare("before"));
});
afterAll(() => stage.stop());

const declare =
  (tag: string): Declare =>
  (stack, rotator) => {
    for (const realisation of ["provider", "out-of-state"] as const) {
      const props = { name: ITEMS[realisation], realisation, tags: [tag] };
      const secret = secretIn(stack, rotator, props, realisation);
      new RotationCheck(secret, "Check", { secret });
    }
  };

/** Terraform's words, as one line, when the identity that lacks `missing` applies. */
const refused = async (missing: Capability, args: readonly string[] = ["-auto-approve"]) => {
  const env = { AKEYLESS_ACCESS_ID: `p-no-${missing}` };
  const verb = args.includes("-out=plan") ? "plan" : "apply";
  const options = { mayFail: true, env };
  const { code, stdout, stderr } = await stage.terraform([verb, "-input=false", ...args], options);
  expect(code).toBe(1);
  return `${stdout}\n${stderr}`.replaceAll(/[│\s]+/g, " ");
};
const live = () =>
  Object.values(ITEMS).map((name) => {
    const item = stage.gateway.item(name);
    return { tags: item?.tags, payload: item?.versions.at(-1)?.payload };
  });
const GRANT = /access_denied: the gateway cannot (\w+) .*grant the access id the capability/;

it("an identity that may not read a value cannot plan, and nothing is written", async () => {
  const before = live();
  await stage.synthesize(declare("after"));
  for (const args of [["-out=plan"], ["-auto-approve"]])
    expect(await refused("read", args)).toMatch(/can't get value: 40[13].*LiveValueMustBeReadable/);
  expect(live()).toEqual(before);
});

it("an identity that may not update changes nothing, and one that may goes on", async () => {
  const before = live();
  const said = await refused("update");
  expect(said).toMatch(/can't update :? ?.*40[13]/);
  expect(said).toMatch(GRANT);
  expect(live()).toEqual(before);
  await stage.terraform(["apply", "-auto-approve", "-input=false"]);
  expect(live()).toEqual(
    before.map(({ payload }) => ({ tags: expect.arrayContaining(["after"]), payload })),
  );
  expect(await stage.plannedActions()).toEqual([]);
});

it("an identity that may not delete loses nothing, and one that may goes on", async () => {
  const before = live();
  const said = await refused("delete", ["-destroy", "-auto-approve"]);
  expect(said).toMatch(/Error: 401 Unauthorized/);
  expect(said).toMatch(GRANT);
  expect(live()).toEqual(before);
  // Terraform forgets after a refused delete that the value is sensitive, so that this is refused too.
  const destroy = ["destroy", "-auto-approve", "-input=false"];
  const { stderr } = await stage.terraform(destroy, { mayFail: true });
  expect(stderr.replace(/\s+/g, " ")).toContain("run rotation-kit state mark, then plan again");
  expect(live()).toEqual(before);
  await runKit(stateCommand, ["mark", "--dir", stage.folder], stage.environment);
  await stage.terraform(destroy);
  for (const name of Object.values(ITEMS)) expect(stage.gateway.item(name)).toBeUndefined();
});

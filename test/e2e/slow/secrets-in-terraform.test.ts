import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  renamedFrom,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import { withMarks } from "../../../stacks/operations/state/marks.ts";
import { stateCommand } from "../../../stacks/operations/state-command.ts";
import type { Finished } from "../../harness/processes.ts";
import { runKit } from "../../unit/stacks/operations/run-command.ts";
import { NAME, secretIn } from "./declare-secret.ts";
import { type Declare, INITIAL_PASSWORD, type Stage, setStackStage } from "./stacks/stage.ts";

/** The page that this test writes (with `vitest -u`) and holds. */
const PAGE = path.resolve(import.meta.dirname, "../../../docs/reference/what-terraform-prints.md");

const PASSWORDS = new RegExp(`${INITIAL_PASSWORD}|rotated-\\d`);
const UPDATE = "/rotated-secret-update-custom";
const DELETE = "/delete-item";

let stage: Stage;
beforeAll(async () => {
  stage = await setStackStage();
});
afterAll(() => stage.stop());

const declare =
  (props: Partial<CustomRotatedSecretProps> = {}, id = "app", formerly?: string): Declare =>
  (stack, rotator) => {
    const secret = secretIn(stack, rotator, props, id);
    if (formerly !== undefined) renamedFrom(secret, formerly);
  };
const elsewhere =
  (props: Partial<CustomRotatedSecretProps> = {}): Declare =>
  (stack) => {
    const target = new WebTarget(stack, "elsewhere", {
      name: "/elsewhere",
      url: new URL("/elsewhere", stage.rotator.url).href,
    });
    secretIn(stack, target, props, "renamed");
  };
/** The new item is created before the old one goes, which only an escape hatch asks for. */
const replacedByASecond: Declare = (stack, rotator) => {
  elsewhere({ name: "/prod/second" })(stack, rotator);
  for (const node of stack.node.findAll()) {
    if (!CustomRotatedSecret.isCustomRotatedSecret(node)) continue;
    node.resource.addOverride("lifecycle.create_before_destroy", true);
  }
};
const withoutSecret: Declare = () => {};

const printed = ({ stdout, stderr }: Finished) =>
  PASSWORDS.test(stdout + stderr) ? "**printed**" : "hidden";
const address = async () => {
  const { stdout } = await stage.terraform(["state", "list"]);
  return (
    stdout.split("\n").find((line) => line.startsWith("akeyless_rotated_secret_custom.")) ?? ""
  );
};
const rotate = () => stage.gateway.rotate(NAME);
const refuse = (call: string) => {
  stage.gateway.faults.inject("error-before", { at: "api", path: call });
};

/** What a plan prints, its own text and what `terraform show` makes of the saved one. */
async function planned(...args: readonly string[]): Promise<string> {
  const plan = await stage.terraform(["plan", "-input=false", "-out=plan", ...args], {
    mayFail: true,
  });
  if (plan.code !== 0) {
    expect(plan.stderr).toMatch(/does not mark the\s+value/);
    return printed(plan) === "hidden" ? "refused" : "refused, and **printed**";
  }
  const show = await stage.terraform(["show", "plan"]);
  return printed(plan) === "hidden" ? printed(show) : printed(plan);
}

/** What an apply prints, and whether it was meant to fail. */
async function applied(expected: "done" | "fails", ...args: readonly string[]): Promise<string> {
  const run = await stage.terraform(["apply", "-input=false", "-auto-approve", ...args], {
    mayFail: true,
  });
  expect(run.code, run.stderr).toBe(expected === "done" ? 0 : 1);
  return printed(run);
}

const rows: string[][] = [];

/** Notes what an event printed, and then what is stored. */
async function note(event: string, plan: string, apply: string): Promise<void> {
  const shown = printed(await stage.terraform(["show"]));
  const { unmarked } = withMarks(await stage.state());
  rows.push([event, plan, apply, shown, unmarked.length === 0 ? "marked" : "**not marked**"]);
}

const both = async (event: string, ...args: readonly string[]) =>
  note(event, await planned(...args), await applied("done", ...args));
const planOnly = async (event: string, ...args: readonly string[]) =>
  note(event, await planned(...args), "–");
async function mark() {
  const run = await runKit(stateCommand, ["mark", "--dir", stage.folder], stage.environment);
  expect(run.stdout).toBe(`${NAME} marked\n`);
}

it("writes what the plan, the apply, `terraform show` and the state do with a password", async () => {
  await stage.synthesize(declare());
  await both("create");
  await rotate();
  await both("refresh after a rotation", "-refresh-only");
  await rotate();
  await stage.synthesize(declare({ tags: ["a"] }));
  await both("update after a rotation");
  await stage.synthesize(declare({ tags: ["b"] }));
  refuse(UPDATE);
  await note("update that fails", await planned(), await applied("fails"));
  await both("the update again");
  await stage.synthesize(declare({ tags: ["b"] }, "renamed", "app"));
  await both("move (another construct id)");
  await rotate();
  await stage.synthesize(elsewhere({ tags: ["b"] }));
  await both("replace (another target)");
  await rotate();
  await planOnly("plan to destroy", "-destroy");

  refuse(DELETE);
  await note(
    "destroy that Akeyless refuses",
    await planned("-destroy"),
    await applied("fails", "-destroy"),
  );
  await planOnly("then: plan");
  await planOnly("then: plan to destroy", "-destroy");
  await planOnly("then: plan to destroy with `-target`", "-destroy", `-target=${await address()}`);
  await rotate();
  await planOnly("then: plan to refresh only, after a rotation", "-refresh-only");
  await stage.synthesize(withoutSecret);
  await planOnly("then: plan without the code of the item");
  await mark();
  await planOnly("then, after `rotation-kit state mark`: plan without the code of the item");

  await stage.synthesize(elsewhere({ tags: ["b"] }));
  await both("the code is back");
  refuse(DELETE);
  await applied("fails", "-destroy");
  await stage.synthesize(elsewhere({ tags: ["b"], adoptExisting: true }));
  await both("after a refused destroy: `adoptExisting`");

  await stage.terraform(["state", "rm", await address()]);
  await both("adopt an item that exists");
  await rotate();
  await planOnly("adopted: plan to destroy", "-destroy");

  const adopted = await address();
  await stage.synthesize(elsewhere({ tags: ["b"] }));
  await both("without `adoptExisting` again");
  await stage.terraform(["state", "rm", adopted]);
  const imported = await stage.terraform(["import", "-input=false", adopted, NAME], {
    mayFail: true,
  });
  expect(imported.code).toBe(1);
  await note("`terraform import` by hand", "–", `refused, ${printed(imported)}`);

  await stage.synthesize(elsewhere({ tags: ["b"], adoptExisting: true }));
  await applied("done");

  await rotate();
  await stage.synthesize(replacedByASecond);
  refuse(DELETE);
  await note(
    "replace with `create_before_destroy`, whose delete Akeyless refuses (deposed)",
    await planned(),
    await applied("fails"),
  );
  await planOnly("then: plan");
  await mark();
  await planOnly("then, after `rotation-kit state mark`: plan");
  await applied("done");
  await stage.synthesize(elsewhere({ name: "/prod/second", realisation: "out-of-state" }));
  await planOnly("forget (to out of state)");

  const page = readFileSync(PAGE, "utf8").replace(/\n\|[\s\S]*$/, `\n${table()}`);
  await expect(page).toMatchFileSnapshot(PAGE);
}, 1_800_000);

function table(): string {
  const header = [
    "Event",
    "Plan, and `show` of it",
    "Output of apply",
    "`terraform show` afterwards",
    "The state's mark",
  ];
  const lines = [header, header.map(() => "---"), ...rows];
  return `${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

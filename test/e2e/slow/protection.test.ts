import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  type CustomRotatedSecretProps,
  type Realisation,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import { reviewCommand } from "../../../stacks/operations/review-command.ts";
import { stateCommand } from "../../../stacks/operations/state-command.ts";
import { postJson, tokenFor } from "../../unit/harness/gateway/api.ts";
import { runKit } from "../../unit/stacks/operations/run-command.ts";
import { NAME, secretIn } from "./declare-secret.ts";
import { type Declare, type Stage, setStackStage } from "./stacks/stage.ts";

const ELSEWHERE = "/elsewhere";

const declare =
  (realisation: Realisation, props: Partial<CustomRotatedSecretProps> = {}): Declare =>
  (stack, rotator) =>
    void secretIn(stack, rotator, { realisation, deleteProtection: true, ...props });

const atAnotherTarget =
  (realisation: Realisation, deleteProtection: boolean): Declare =>
  (stack, rotator) => {
    const target = new WebTarget(stack, "elsewhere", { name: ELSEWHERE, url: rotator.targetUrl });
    secretIn(stack, target, { realisation, deleteProtection });
  };

const gone: Declare = () => {};

/** Terraform's words without its frame and its line breaks. */
const unwrapped = (text: string) => text.replace(/[│╷╵\s]+/g, " ");

describe.each<Realisation>([
  "provider",
  "out-of-state",
])("a protected item managed as %s", (realisation) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStackStage();
    await stage.deploy(declare(realisation));
    await stage.gateway.rotate(NAME);
  });
  afterAll(() => stage.stop());

  const item = () => stage.gateway.item(NAME);
  const address = async () => {
    const { stdout } = await stage.terraform(["state", "list"]);
    const pattern = realisation === "provider" ? /^akeyless_rotated_secret_custom/ : /_Life_/;
    return stdout.split("\n").find((line) => pattern.test(line)) ?? "";
  };
  const refusedPlan = async (...args: readonly string[]) => {
    const { code, stderr, stdout } = await stage.terraform(["plan", "-input=false", ...args], {
      mayFail: true,
    });
    expect(code, stdout).toBe(1);
    return unwrapped(stderr);
  };

  const expectRefusal = (text: string) => {
    expect(text).toContain(`${NAME} is protected from deletion, but this plan would`);
    expect(text).toContain("Nothing was changed.");
    expect(text).not.toContain("prevent_destroy");
  };

  it("is not replaced by a taint, nor by -replace", async () => {
    const before = item();
    await stage.terraform(["taint", await address()]);
    expectRefusal(await refusedPlan());
    await stage.terraform(["untaint", await address()]);
    expect(await stage.plannedActions()).toEqual([]);
    expectRefusal(await refusedPlan(`-replace=${await address()}`));
    expect(item()).toEqual(before);
  });

  it("is replaced by -replace with -target of the item only with the provider, where Akeyless refuses", async () => {
    const before = item();
    const only = [`-replace=${await address()}`, `-target=${await address()}`];
    if (realisation === "out-of-state") expectRefusal(await refusedPlan(...only));
    else {
      const planned = ["plan", "-input=false", "-out=plan", ...only];
      await stage.terraform(planned);
      const shown = await stage.terraform(["show", "-json", "plan"]);
      const file = path.join(stage.folder, "plan.json");
      await writeFile(file, shown.stdout);
      const review = await runKit(reviewCommand, [file], stage.environment);
      expect(unwrapped(review.stdout)).toContain(
        "Akeyless refuses to delete it, because its delete protection is on: deploy once with deleteProtection: false",
      );
      const run = ["apply", "-auto-approve", "-input=false", ...only];
      expect((await stage.terraform(run, { mayFail: true })).code).toBe(1);
      await runKit(stateCommand, ["mark", "--dir", stage.folder], stage.environment);
    }
    expect(item()).toEqual(before);
    expect(await stage.plannedActions()).toEqual([]);
  });

  it.each<[string, Declare]>([
    ["renamed", declare(realisation, { deleteProtection: false, name: "/prod/new" })],
    ["given another target", atAnotherTarget(realisation, false)],
  ])("is not %s by the deploy that takes its protection away", async (_, declared) => {
    const before = item();
    await stage.synthesize(declared);
    expectRefusal(await refusedPlan());
    expect(item()).toEqual(before);
  });

  it("is not replaced by the deploy that takes its protection away", async () => {
    await stage.synthesize(declare(realisation, { deleteProtection: false }));
    expectRefusal(await refusedPlan(`-replace=${await address()}`));
  });

  it("is not lost with its code, even if it was the only one, and not destroyed", async () => {
    const before = item();
    await stage.synthesize(gone);
    const step = "null_resource.DeployOnceWithDeleteProtectionFalse[";
    expect(await refusedPlan()).toContain(step);
    await stage.synthesize(declare(realisation));
    expect(await refusedPlan("-destroy")).toContain(step);
    expect(await refusedPlan("-destroy", `-target=${await address()}`)).toContain(step);
    expect(item()).toEqual(before);
  });

  it("changes its realisation, and keeps its protection", async () => {
    const { id } = item() ?? {};
    const other = realisation === "provider" ? "out-of-state" : "provider";
    await stage.deploy(declare(other, { adoptExisting: other === "provider" }));
    await stage.deploy(declare(realisation, { adoptExisting: realisation === "provider" }));
    expect(item()?.id).toBe(id);
    expect(await stage.plannedActions()).toEqual([]);
    expectRefusal(await refusedPlan(`-replace=${await address()}`));
  });

  it("is renamed, and replaced, once its protection was taken away", async () => {
    await stage.deploy(declare(realisation, { deleteProtection: false }));
    expect(await stage.plannedActions()).toEqual([]);
    const before = item()?.id;
    await stage.terraform(["apply", "-auto-approve", `-replace=${await address()}`]);
    expect(item()?.id).not.toBe(before);
    await stage.deploy(declare(realisation, { deleteProtection: false, name: "/prod/new" }));
    expect(item()).toBeUndefined();
    await stage.deploy(declare(realisation, { name: "/prod/newer" }));
    expect(stage.gateway.item("/prod/newer")).toMatchObject({ deleteProtection: true });
    expect(await stage.plannedActions()).toEqual([]);
  });
});

describe("a protected item that somebody deleted in Akeyless", () => {
  it("is created again with its first password on request only", async () => {
    const stage = await setStackStage();
    onTestFinished(() => stage.stop());
    await stage.deploy(declare("provider"));
    const { url } = stage.gateway;
    const named = { token: await tokenFor(stage.gateway), name: NAME };
    await postJson(`${url}/update-item`, { ...named, delete_protection: "false" });
    await postJson(`${url}/delete-item`, named);
    expect(stage.gateway.item(NAME)).toBeUndefined();

    // The provider cannot plan without it: the state has to lose it first.
    const [address = ""] = (await stage.terraform(["state", "list"])).stdout
      .split("\n")
      .filter((line) => line.startsWith("akeyless_rotated_secret_custom."));
    await stage.terraform(["state", "rm", address]);
    const refused = await stage.terraform(["plan", "-input=false"], { mayFail: true });
    expect(refused.code).toBe(1);
    const [, remedy = ""] =
      /somebody deleted it in Akeyless, .* terraform (taint \S+), then deploy/.exec(
        unwrapped(refused.stderr),
      ) ?? [];
    await stage.terraform(remedy.split(" "));
    await stage.terraform(["apply", "-auto-approve", "-input=false"]);
    expect(stage.gateway.item(NAME)?.versions).toHaveLength(1);
    expect(await stage.plannedActions()).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { type Realisation, WebTarget } from "../../../stacks/constructs/index.ts";
import { NAME, secretIn } from "./declare-secret.ts";
import { type Declare, INITIAL_PASSWORD, type Stage, setStackStage } from "./stacks/stage.ts";

/** Calls of a first deploy, as each realisation makes them. The stage has a target of its own. */
const CALLS: Record<Realisation, readonly string[]> = {
  provider: [
    "/auth",
    "/target-create-web",
    "/rotated-secret-create-custom",
    "/get-rotated-secret-value",
  ],
  "out-of-state": [
    "/auth",
    "/target-create-web",
    "/target-get-details",
    "/describe-item",
    "/rotated-secret-create-custom",
  ],
};

let stage: Stage;
afterEach(() => stage.stop());

const declare =
  (realisation: Realisation, adopted?: "target" | "secret"): Declare =>
  (stack) => {
    const target = new WebTarget(stack, "lost", {
      name: "/lost",
      url: stage.rotator.url,
      realisation,
      adoptExisting: adopted === "target",
    });
    secretIn(stack, target, { realisation, adoptExisting: adopted === "secret" });
  };

const apply = () => stage.terraform(["apply", "-auto-approve", "-input=false"], { mayFail: true });

describe.each([
  "provider",
  "out-of-state",
] as const)("a first deploy, managed by %s", (realisation) => {
  it.each(
    CALLS[realisation].flatMap((path) => [
      [path, "reset-before"] as const,
      [path, "reset-after"] as const,
    ]),
  )("%s %s: deploying again heals it, or the one line that takes over what is there", async (path, fault) => {
    stage = await setStackStage();
    // The target of the stage is not what this is about.
    if (path === "/target-create-web") await stage.deploy(() => {});
    await stage.synthesize(declare(realisation));
    // Longer than the provider and the kit repeat a call.
    stage.gateway.faults.inject(fault, { at: "api", path, times: 4 });
    const cut = await apply();
    stage.gateway.faults.clear();
    if (cut.code !== 0) {
      const again = await apply();
      if (again.code !== 0) {
        expect(realisation).toBe("provider");
        expect(again.stderr).toContain("409 Conflict");
        const lost = path === "/target-create-web" ? "target" : "secret";
        await stage.deploy(declare(realisation, lost));
      }
    }
    expect(await stage.plannedActions()).toEqual([]);
    expect(stage.gateway.item(NAME)?.versions.at(-1)?.payload).toContain(INITIAL_PASSWORD);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { type Realisation, WebTarget } from "../../../stacks/constructs/index.ts";
import { NAME, secretIn } from "./declare-secret.ts";
import { type Declare, INITIAL_PASSWORD, type Stage, setStage } from "./stacks/stage.ts";

/** The calls of a first deploy, as each realisation makes them. */
const CALLS: Record<Realisation, readonly string[]> = {
  provider: [
    "/auth",
    "/target-create-web",
    "/rotated-secret-create-custom",
    "/get-rotated-secret-value",
  ],
  "out-of-state": [
    "/auth",
    "/target-get-details",
    "/target-create-web",
    "/describe-item",
    "/rotated-secret-create-custom",
  ],
};

let stage: Stage;
afterEach(() => stage.stop());

interface TakenOver {
  readonly target?: boolean;
  readonly secret?: boolean;
}

const declare =
  (realisation: Realisation, existing: TakenOver = {}): Declare =>
  (stack) => {
    const target = new WebTarget(stack, "lost", {
      name: "/lost",
      url: stage.rotator.url,
      realisation,
      adoptExisting: existing.target,
    });
    secretIn(stack, target, { realisation, adoptExisting: existing.secret });
  };

const apply = () => stage.terraform(["apply", "-auto-approve", "-input=false"], { mayFail: true });

describe.each([
  "provider",
  "out-of-state",
] as const)("a first deploy, realised by %s", (realisation) => {
  it.each(
    CALLS[realisation].flatMap((path) => [
      [path, "reset-before"] as const,
      [path, "reset-after"] as const,
    ]),
  )("%s %s: deploying again heals it, or the one line that takes over what is there", async (path, fault) => {
    stage = await setStage();
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
        // The error says which of them is there.
        const target = again.stderr.includes("can't create Target");
        await stage.deploy(declare(realisation, { target, secret: !target }));
      }
    }
    expect(await stage.plannedActions()).toEqual([]);
    expect(stage.gateway.item(NAME)?.versions.at(-1)?.payload).toContain(INITIAL_PASSWORD);
  });
});

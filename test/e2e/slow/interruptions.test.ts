import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declareSecret, NAME } from "./declare-secret.ts";
import { INITIAL_PASSWORD, type Stage, setStackStage } from "./stacks/stage.ts";

const APPLY = ["apply", "-auto-approve", "-input=false"];

describe.each(["provider", "out-of-state"] as const)("a deploy, managed by %s", (realisation) => {
  let stage: Stage;
  let answer: Stage["rotator"]["answer"];
  beforeAll(async () => {
    // The gateway asks the rotator before it creates an item: creation can be held up, too.
    stage = await setStackStage({ dryRunOnCreate: true });
    answer = stage.rotator.answer;
  });
  afterAll(() => stage.stop());

  // What an item was adopted from once does no harm later.
  const adoptExisting = realisation === "provider";
  // A time limit of its own makes the check rotate again; a description would not.
  const limits = ["first", "second", "third", "fourth"];
  const declare = (description: string) =>
    declareSecret({
      realisation,
      description,
      skipDryRun: false,
      timeoutSec: 40 + limits.indexOf(description),
      adoptExisting,
    });
  const item = () => stage.gateway.item(NAME);

  /** Lets the rotator answer only when it is told to: until then the apply waits for it. */
  const hold = () => {
    const asked = stage.rotator.requests.length;
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    stage.rotator.answer = async (request) => {
      await gate;
      return answer(request);
    };
    return {
      reached: () => expect.poll(() => stage.rotator.requests.length).toBe(asked + 1),
      release: () => {
        stage.rotator.answer = answer;
        open();
      },
    };
  };

  it("that is killed while the item is created leaves an item that can be taken over", async () => {
    await stage.synthesize(declareSecret({ realisation, description: "first", skipDryRun: false }));
    const held = hold();
    const killed = stage.start(APPLY);
    await held.reached();
    process.kill(-Number(killed.pid), "SIGKILL");
    await killed.ended;
    held.release();
    await expect.poll(item).toBeDefined();

    const again = await stage.terraform(APPLY, { mayFail: true });
    if (realisation === "out-of-state") {
      expect(again.code).toBe(0);
    } else {
      expect(again.stderr).toContain("409 Conflict");
      await stage.deploy(declare("first"));
    }
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("is refused while another one holds the state, and changes nothing", async () => {
    await stage.synthesize(declare("second"));
    const held = hold();
    const first = stage.start(APPLY);
    await held.reached();
    const asked = stage.rotator.requests.length;

    const second = await stage.terraform(APPLY, { mayFail: true });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("Error acquiring the state lock");
    expect(stage.rotator.requests).toHaveLength(asked);

    held.release();
    expect(await first.ended).toBe(0);
  });

  it("that is killed in the middle of its check is completed by the next one", async () => {
    await stage.synthesize(declare("third"));
    const held = hold();
    const killed = stage.start(APPLY);
    await held.reached();
    process.kill(-Number(killed.pid), "SIGKILL");
    await killed.ended;
    held.release();

    await stage.terraform(APPLY);
    expect(item()).toMatchObject({ description: "third" });
    expect(stage.rotator.requests.at(-1)?.body.payload).not.toContain(INITIAL_PASSWORD);
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("that is interrupted ends in good order, and is completed by the next one", async () => {
    await stage.synthesize(declare("fourth"));
    const held = hold();
    const interrupted = stage.start(APPLY);
    await held.reached();
    process.kill(Number(interrupted.pid), "SIGINT");
    await expect.poll(interrupted.output).toContain("Interrupt received");
    held.release();
    await interrupted.ended;

    await stage.terraform(APPLY);
    expect(item()).toMatchObject({ description: "fourth" });
    expect(await stage.plannedActions()).toEqual([]);
  });
});

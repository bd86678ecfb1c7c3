import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  RotationCheck,
  RotationPayload,
  SensitiveInput,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import type { FaultName } from "../../harness/faults.ts";
import { secretIn } from "./declare-secret.ts";
import { type Declare, INITIAL_PASSWORD, type Stage, setStackStage } from "./stacks/stage.ts";

/** One call of a deploy, and how it is cut. Each has a target and a secret of its own. */
interface Cut {
  readonly id: string;
  /** Whose name the call carries. */
  readonly of: "target" | "secret";
  readonly path: string;
  /** How many calls of this path come before it. */
  readonly skip: number;
  readonly fault: FaultName;
}

/** Longer than the provider and the kit repeat a call. */
const TIMES = 4;
const CHANGES = /create|update|gateway-rotate/;

const nameOf = (of: Cut["of"], id: string) => `/${of}/${id}`;

describe.each([
  "provider",
  "out-of-state",
] as const)("each call of a deploy, cut once, managed by %s", (realisation) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStackStage();
  });
  afterAll(() => stage.stop());

  const apply = () =>
    stage.terraform(["apply", "-auto-approve", "-input=false"], { mayFail: true });

  const declare =
    (ids: readonly string[], change: number, adopted: readonly string[] = []): Declare =>
    (stack) => {
      for (const id of ids) {
        const description = `change ${change}`;
        const target = new WebTarget(stack, `target-${id}`, {
          name: nameOf("target", id),
          url: stage.rotator.url,
          description,
          realisation,
          adoptExisting: adopted.includes(nameOf("target", id)),
        });
        const props = {
          name: nameOf("secret", id),
          description,
          // What makes the check rotate again; a description would not.
          timeoutSec: 40 + change,
          realisation,
          adoptExisting: adopted.includes(nameOf("secret", id)),
          payload: new RotationPayload({
            system: "app",
            username: `svc-${id}`,
            currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
          }),
        };
        const secret = secretIn(stack, target, props, `secret-${id}`);
        new RotationCheck(secret, "Check", { secret });
      }
    };

  /** The calls that a deploy made for the target and the secret `id`, each with the ways to cut it. */
  const cutsOf = (calls: Stage["gateway"]["calls"], id: string): Cut[] => {
    const seen = new Map<string, number>();
    return calls.flatMap(({ path, body }) => {
      const name = [body.name, body.names].flat().find((one) => typeof one === "string");
      const of = (["target", "secret"] as const).find((one) => nameOf(one, id) === name);
      if (of === undefined) return [];
      const skip = seen.get(path) ?? 0;
      seen.set(path, skip + 1);
      // An answer that is lost changes nothing where nothing was asked to change.
      const faults = CHANGES.test(path)
        ? (["reset-before", "reset-after"] as const)
        : (["reset-before"] as const);
      return faults.map((fault) => ({ of, path, skip, fault, id: "" }));
    });
  };

  const numbered = (cuts: readonly Cut[]) => cuts.map((cut, n) => ({ ...cut, id: `${n}` }));

  /** Applies under all cuts until each has struck: one that fails the plan keeps the others waiting. */
  const applyUnder = async (cuts: readonly Cut[]) => {
    let waiting = cuts;
    for (let round = 0; waiting.length > 0; round += 1) {
      expect(round, JSON.stringify(waiting)).toBeLessThan(4);
      for (const { id, of, fault, ...where } of waiting) {
        const item = nameOf(of, id);
        stage.gateway.faults.inject(fault, { at: "api", item, times: TIMES, ...where });
      }
      await apply();
      const unstruck = stage.gateway.faults.pending().filter(({ left }) => left === TIMES);
      waiting = waiting.filter(({ of, id }) =>
        unstruck.some(({ item }) => item === nameOf(of, id)),
      );
      stage.gateway.faults.clear();
    }
  };

  /** The password that the account has, as the rotator answered last. */
  const passwordOf = (id: string) =>
    stage.rotator.requests.reduce(
      (password, { body }, n) =>
        JSON.parse(body.payload).username === `svc-${id}` ? `rotated-${n + 1}` : password,
      INITIAL_PASSWORD,
    );

  const expectDone = async (ids: readonly string[], change: number) => {
    expect(await stage.plannedActions()).toEqual([]);
    for (const id of ids) {
      const item = stage.gateway.item(nameOf("secret", id));
      expect(item).toMatchObject({ description: `change ${change}`, timeoutSeconds: 40 + change });
      expect(item?.versions.at(-1)?.payload).toContain(`"${passwordOf(id)}"`);
    }
  };

  const recorded = { first: [] as Cut[], update: [] as Cut[] };
  let ids: readonly string[];
  let lost: readonly string[] = [];

  it("a deploy that is not cut shows the calls", async () => {
    const record = async (change: number) => {
      const from = stage.gateway.calls.length;
      await stage.deploy(declare(["whole"], change));
      return stage.gateway.calls.slice(from);
    };
    recorded.first = cutsOf(await record(1), "whole");
    recorded.update = cutsOf(await record(2), "whole");
    expect(
      new Set([...recorded.first, ...recorded.update].map(({ path }) => path)).size,
    ).toBeGreaterThan(6);
  });

  it("the next deploy goes on after any login was cut", async () => {
    await stage.synthesize(declare(["whole"], 3));
    let cuts = 0;
    for (let code = 1; code !== 0; cuts += 1) {
      // All from there on: two processes that log in at once would share a number of cuts.
      const cut = {
        at: "api",
        path: "/auth",
        skip: cuts,
        times: Number.POSITIVE_INFINITY,
      } as const;
      stage.gateway.faults.inject("reset-before", cut);
      ({ code } = await apply());
      stage.gateway.faults.clear();
    }
    // The plan's, the apply's, and at least one of a step.
    expect(cuts).toBeGreaterThan(3);
    await expectDone(["whole"], 3);
  });

  it("the next deploy heals a first one, or the line that takes over what is there", async () => {
    const cuts = numbered(recorded.first);
    ids = cuts.map(({ id }) => id);
    await stage.synthesize(declare(ids, 1));
    await applyUnder(cuts);
    if (realisation === "provider") {
      lost = cuts
        .filter(({ path, fault }) => path.includes("create") && fault === "reset-after")
        .map(({ of, id }) => nameOf(of, id));
      const again = await apply();
      expect(again.stderr.match(/409 Conflict/g)).toHaveLength(lost.length);
    }
    await stage.deploy(declare(ids, 1, lost));
    await expectDone(ids, 1);
  });

  it("the next deploy heals an update", async () => {
    const cuts = numbered(recorded.update);
    const all = [...new Set([...ids, ...cuts.map(({ id }) => id)])];
    await stage.deploy(declare(all, 1, lost));
    await stage.synthesize(declare(all, 2, lost));
    await applyUnder(cuts);
    await stage.deploy(declare(all, 2, lost));
    await expectDone(all, 2);
  });
});

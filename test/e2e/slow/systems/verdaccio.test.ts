import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../../common/clock.ts";
import { defined } from "../../../../common/defined.ts";
import { createRotation } from "../../../../rotator/rotation/create-rotation.ts";
import { Keyring } from "../../../../rotator/rotation/keyring.ts";
import { rotateInTurn } from "../../../../rotator/rotation/rotate-in-turn.ts";
import { type ContractSubject, systemContract } from "../../../../rotator/testing/contract.ts";
import { startTcpRelay, type TcpRelay } from "../../../harness/tcp-relay.ts";
import { startVerdaccio, type VerdaccioHandle } from "../../../harness/verdaccio.ts";
import { stepContext, systemFrom } from "../../../unit/rotator/systems/support.ts";
import { rigFor } from "../../systems/rig.ts";

let verdaccio: VerdaccioHandle;
let relay: TcpRelay;
let count = 0;

beforeAll(async () => {
  verdaccio = await startVerdaccio();
  relay = await startTcpRelay(Number(new URL(verdaccio.url).port));
});
afterAll(async () => {
  await relay.stop();
  await verdaccio.stop();
});

async function subject(): Promise<ContractSubject> {
  const current = { username: `user${count++}`, password: `first:p@ss "word" ${count}` };
  await verdaccio.register(current.username, current.password);
  return {
    system: await systemFrom({
      type: "http",
      recipe: "verdaccio",
      origin: `http://127.0.0.1:${relay.port}`,
      allow_plain_http: true,
    }),
    current,
    freshPassword: () => `fresh%20&=\\${count++}`,
    weakPassword: "no",
    outage: { begin: () => relay.cut(), end: () => relay.restore() },
  };
}

describe("Verdaccio, run for real", () => {
  const features = ["passwords", "compares-current", "policy", "outage"] as const;
  for (const { name, run } of systemContract(features, subject)) test(name, run);

  test("a probe does not register an account that is not there", async () => {
    const { system } = await subject();
    const nobody = { username: "never-registered", password: "some-password" };
    expect(await system.probe(nobody, stepContext())).toMatchObject({ result: "invalid" });
    await verdaccio.register(nobody.username, "other-password");
  });

  test("rotations follow one another, and one whose answer was lost is replayed", async () => {
    const { system, current } = await subject();
    const rig = rigFor(system, { usernames: [current.username] });
    const first = await rig.rotate(current);
    expect(await rig.opens(current)).toBe(false);
    const lost = await rig.rotate(first.fields);
    const again = await rig.rotate(first.fields);
    expect([lost.outcome, again.outcome]).toEqual(["rotated", "replayed"]);
    expect(await rig.opens(again.fields)).toBe(true);
  });

  test("500 items at once: what does not fit the time limit is refused unsent, no password is dead", async () => {
    const { system, current } = await subject();
    const names = Array.from({ length: 500 }, (_, index) => `crowd${index}`);
    await verdaccio.copyUser(current.username, names);
    const parts = {
      keyring: new Keyring([{ id: "k1", material: Buffer.alloc(32, 7) }]),
      systems: new Map([["app", { system, ...defined({ maxConcurrent: system.maxConcurrent }) }]]),
      clock: systemClock,
    };
    const { rotate } = rotateInTurn(createRotation(parts), parts);
    const results = await Promise.allSettled(
      names.map((username) =>
        rotate({
          item: `/prod/${username}`,
          payload: JSON.stringify({ system: "app", username, password: current.password }),
          binding: { system: "app", strategy: "single", reconcile: false, usernames: [username] },
          log: pino({ level: "silent" }),
        }),
      ),
    );
    const stored = results.map((result) =>
      result.status === "fulfilled" ? JSON.parse(result.value.payload).password : current.password,
    );
    const codes = results.map((result) =>
      result.status === "fulfilled" ? "ok" : (result.reason as { code: string }).code,
    );
    expect(new Set(codes)).toEqual(new Set(["ok", "system_busy"]));
    // All that were rotated, and as many of those that were refused.
    const rotated = codes.filter((code) => code === "ok").length;
    const looked = [...names.keys()].filter(
      (index) => codes[index] === "ok" || index < 2 * rotated,
    );
    for (const index of looked) {
      const credential = { username: names[index] ?? "", password: stored[index] };
      expect(await system.probe(credential, stepContext())).toMatchObject({ result: "valid" });
    }
  });
});

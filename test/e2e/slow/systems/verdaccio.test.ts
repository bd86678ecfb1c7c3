import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
});

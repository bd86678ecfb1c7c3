import { setTimeout as pause } from "node:timers/promises";
import type { TcpRelay } from "../../tcp-relay.ts";
import { answerInWords, type Bench, bodyOf } from "../bench.ts";
import { failed, passed, skipped, type Verdict } from "../cases.ts";
import { parsedPayload, passwordIn } from "../password-in.ts";
import type { Received } from "../subject.ts";
import { rotated } from "./contract.ts";

/** The cases of the profile `recovery`, by their number. */
export const recovery: Readonly<Record<string, (bench: Bench) => Promise<Verdict>>> = {
  R1: async (bench) => {
    await bench.send();
    return goesOn(bench, await bench.rotate(), "after a lost answer");
  },
  R2: async (bench) => {
    const answers = await Promise.all([bench.send(), bench.send()]);
    const payloads = answers.flatMap(({ payload }) => payload ?? []);
    const passwords = payloads.map((text) => passwordIn(text) ?? text);
    if (new Set(passwords).size > 1) return failed("two answers with 200 carry other passwords");
    const [payload] = payloads;
    if (payload === undefined) return failed("neither of two requests at once was answered");
    bench.stored.push(payload);
    return goesOn(bench, await bench.rotate(), "after a duplicate");
  },
  R3: async (bench) => {
    const stale = bench.current;
    const before = await bench.rotate();
    if (before.payload === undefined) return failed(`${answerInWords(before)} in place of 200`);
    await bench.send({ body: JSON.stringify({ payload: stale }) });
    return goesOn(bench, await bench.rotate(), "after a stale payload");
  },
  R4: async (bench) => {
    await bench.send({}, 50);
    return goesOn(bench, await bench.rotate(), "after the caller hung up");
  },
  R5: async (bench) => {
    const { restart } = bench.oracles;
    if (!restart) return skipped("no --restart command was given");
    const usual = await bench.rotate();
    if (usual.payload === undefined) return failed(`${answerInWords(usual)} in place of 200`);
    // Early, in the middle and late: a system may have changed before the answer is on its way.
    for (const part of [0, 0.4, 0.8]) {
      const cut = bench.send();
      await pause(usual.milliseconds * part);
      await restart();
      await cut;
      const verdict = await goesOn(bench, await untilBack(bench), "after a restart in the middle");
      if (verdict.result !== "passed") return verdict;
    }
    return passed;
  },
  R6: async (bench) => {
    if (!bench.oracles.login) return skipped("no --login was given");
    const before = await bench.rotate();
    if (before.payload === undefined) return failed(`${answerInWords(before)} in place of 200`);
    return (await bench.oracles.login(bench.current))
      ? passed
      : failed("the answered password does not open the account");
  },
  R7: async (bench) => {
    const usual = bench.current;
    const fields = parsedPayload(usual);
    if (typeof fields !== "object" || fields === null)
      return skipped("the payload is not a JSON object");
    const policy = { length: 1 };
    const strict = await bench.send({ body: bodyOf(JSON.stringify({ ...fields, policy })) });
    // Somebody takes the wish back, and keeps whatever else was answered.
    if (strict.payload !== undefined) bench.stored.push(withPolicyOf(usual, strict.payload));
    return goesOn(bench, await bench.rotate(), "after a policy that cannot be kept");
  },
  R8: async (bench) =>
    disturbed(bench, async (relay) => {
      relay.cut();
      const received = await bench.send();
      if (received.payload !== undefined) return failed("200 although the system was down");
      return received.status === 0
        ? failed(`${answerInWords(received)} while it was down`)
        : passed;
    }),
  R9: async (bench) =>
    disturbed(bench, async (relay) => {
      relay.slowDown(Math.min(1_000, bench.subject.limit / 20));
      const received = await bench.rotate();
      return received.status === 0
        ? failed(`${answerInWords(received)} while it was slow`)
        : passed;
    }),
  R10: async (bench) =>
    disturbed(bench, async (relay) => {
      const before = relay.answered();
      const usual = await bench.rotate();
      if (usual.payload === undefined) return failed(`${answerInWords(usual)} in place of 200`);
      const bytes = relay.answered() - before;
      if (bytes === 0)
        return skipped("the rotator reaches the system by another way than the relay");
      for (const part of [0.3, 0.6, 0.9]) {
        relay.cutAfter(Math.ceil(bytes * part));
        await bench.rotate();
        relay.restore();
        const verdict = await goesOn(bench, await untilBack(bench), "after a cut line");
        if (verdict.result !== "passed") return verdict;
      }
      return passed;
    }),
};

/** Disturbs the line to the system; afterwards the same payload must work. */
async function disturbed(
  bench: Bench,
  work: (relay: TcpRelay) => Promise<Verdict>,
): Promise<Verdict> {
  const { relay } = bench.oracles;
  if (!relay) return skipped("no --relay was given");
  const verdict = await work(relay).finally(() => relay.restore());
  if (verdict.result !== "passed") return verdict;
  return goesOn(bench, await untilBack(bench), "when the system is there again");
}

/** A payload with the policy of another one, or without any. */
function withPolicyOf(usual: string, answered: string): string {
  const fields = parsedPayload(answered);
  if (typeof fields !== "object" || fields === null) return answered;
  const { policy } = parsedPayload(usual) as { policy?: unknown };
  return JSON.stringify({ ...fields, policy });
}

/** A request after trouble must work, and so must the one after it. */
async function goesOn(bench: Bench, received: Received, when: string): Promise<Verdict> {
  if (received.payload === undefined) return failed(`${answerInWords(received)} ${when}`);
  const { login } = bench.oracles;
  if (login && !(await login(bench.current)))
    return failed(`the answered password does not open the account ${when}`);
  const next = rotated(await bench.rotate());
  return next.result === "passed" ? passed : failed(`the rotation that follows fails ${when}`);
}

/** Rotates again and again until the rotator answers, within the time limit. */
async function untilBack(bench: Bench): Promise<Received> {
  const { limit } = bench.subject;
  let waited = 0;
  for (;;) {
    const received = await bench.rotate();
    if (received.payload !== undefined || waited >= limit) return received;
    await pause(PAUSE);
    waited += PAUSE + received.milliseconds;
  }
}

/** Milliseconds between two attempts to reach a rotator that starts. */
const PAUSE = 250;

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { VERSION } from "../../common/version.ts";
import { createRandom, type Random } from "../harness/gateway/random.ts";
import { createRotationCaller } from "../harness/gateway/rotation-call.ts";
import { startHoldProxy } from "../harness/hold-proxy.ts";
import { startPostgres } from "../harness/postgres.ts";
import { RAISED, raiseRelease } from "../harness/raised-release.ts";
import { startTcpRelay } from "../harness/tcp-relay.ts";
import { AnswerRecord } from "./answers.ts";
import { startBalancer } from "./balancer.ts";
import { BUILT, Fleet, makeKey, type ReplicaSettings } from "./fleet.ts";
import { openProofPlace, type ProofItem, type ProofPlace, WINDOW_MS } from "./place.ts";
import { wrong } from "./wrong.ts";

const REPLICAS = 3;
/** Failed logins in a row that each rotator may cause; the application locks above their sum. */
const FAILED_LOGINS = 2;
/** Undisturbed calls after which store and application must agree: each rotator searches for itself. */
const CLEAN_CALLS = 8;
/** How likely each fault strikes a rotation. */
const FAULTS = {
  duplicate: 0.1,
  replay: 0.1,
  "reset-after": 0.1,
  "restore-previous": 0.02,
} as const;
/** Requests that come at once for one item, and items at once: each needs a session of the lock's server. */
const AT_ONCE = { requests: 3, items: 20 };
/** Rotations that the gateway has under way at once when many are due. */
const IN_FLIGHT = 100;

/** How a refusal reads that a slow machine causes. */
const WANT_OF_TIME = /timeout|deadline exceeded|out_of_time|validator_unavailable/;

/** How to run the proof of several machines. */
export interface MachinesOptions {
  readonly seed: number;
  /** Items that are due in the same minute. */
  readonly items: number;
  /** Items that rotate while the fleet changes, and those that are asked for several times at once. */
  readonly some: number;
  /** Folder of an older built rotator, to be upgraded from; default: this one, to a raised version. */
  readonly old?: string;
}

/** Three rotators behind a balancer, which are killed, restarted and upgraded while secrets rotate. */
export async function proveMachines(options: MachinesOptions) {
  /** What has been started, in this order. */
  const ends: (() => Promise<unknown>)[] = [];
  try {
    return await prove(options, (end) => ends.push(end));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function prove(
  { seed, items, some, old }: MachinesOptions,
  atEnd: (end: () => Promise<unknown>) => void,
) {
  const random = createRandom(seed);
  const place = await openProofPlace({
    count: items,
    rules: { lockAfter: REPLICAS * FAILED_LOGINS + 1 },
  });
  const { stage } = place;
  atEnd(() => stage.stop());
  const answers = new AnswerRecord();
  const [cert, key] = await Promise.all(
    ["cert.pem", "key.pem"].map((name) => readFile(join(stage.directory, name), "utf8")),
  );
  const certificate = { cert: cert ?? "", key: key ?? "" };
  const postgres = await startPostgres(certificate);
  atEnd(() => postgres.stop());
  const relay = await startTcpRelay(postgres.port);
  atEnd(() => relay.stop());
  await writeFile(join(stage.directory, "lock"), postgres.superuser.password);
  const lock = {
    type: "postgres",
    host: postgres.host,
    port: relay.port,
    username: postgres.superuser.username,
    password_file: "lock",
    ca_file: "ca.pem",
  };
  const raised = join(stage.directory, "raised");
  if (old === undefined) await raiseRelease(BUILT, raised);
  const [newer, expected] = old === undefined ? [raised, RAISED] : [BUILT, VERSION];
  const first = await makeKey(stage, "k1");
  const second = await makeKey(stage, "k2");
  const sections = place.sections({ max_failed_logins: FAILED_LOGINS });
  const before: ReplicaSettings = { release: old ?? BUILT, keys: [first], sections };
  const fleet = await Fleet.start(stage, REPLICAS, before);
  atEnd(() => fleet.stop());
  const balancer = await startBalancer(fleet.backends, stage.directory);
  atEnd(() => balancer.stop());
  const recorder = await startHoldProxy(balancer.url, {
    authority: stage.authority,
    answered: (request, status, answer) => answers.note(request, status, answer),
  });
  atEnd(() => recorder.stop());
  const url = `${recorder.url}/rotate`;
  await stage.retarget(url);
  const run = new Run(place, fleet, random, url);
  // Gateway, application and validator are this process: when it stands still, rotators run out of time.
  const stalls = monitorEventLoopDelay();
  stalls.enable();
  const few = place.items.slice(0, some);
  await run.round("all items at once, rotators killed", place.items, seed, () => run.kill());
  await run.round("a key is added on each", few, seed + 1, async () => {
    await fleet.roll({ ...before, keys: [first, second] });
  });
  const upgraded = { release: newer, keys: [second, first], sections };
  await run.round("upgraded one by one, the new key first", few, seed + 2, async () => {
    await fleet.roll(upgraded);
  });
  const versions = fleet.versions();
  const logins = {
    without_lock: await run.atOnce("without the lock", few),
    with_lock: 0,
    lock_lost: 0,
  };
  await fleet.roll({ ...upgraded, sections: { ...sections, shared_lock: lock } });
  logins.with_lock = await run.atOnce("with the lock", few);
  logins.lock_lost = await run.atOnce("while the lock goes away", few, () => relay.cut());
  const given = answers.report();
  const lockouts = place.lockouts();
  return {
    replicas: REPLICAS,
    items,
    upgraded_to: versions,
    rounds: run.rounds,
    restarts: run.restarts,
    ...given,
    logins_for_equal_requests_at_once: logins,
    without_answer: run.unanswered,
    longest_stall_ms: Math.round(stalls.max / 1e6),
    lost: run.lost,
    lockouts,
    wrong: wrong({
      "equal requests had different answers": given.answered_differently > 0,
      "no request was answered twice, so nothing was compared": given.answered_again === 0,
      "a stored password does not open its account": run.lost.length > 0,
      "an account was locked": lockouts > 0,
      "equal requests had no answer, and not for want of time": run.unanswered.some(
        (answers) => !WANT_OF_TIME.test(answers),
      ),
      "the lock saved no logins": logins.with_lock >= logins.without_lock,
      "a rotator runs another version": versions.some((version) => version !== expected),
    }),
  };
}

/** What a refusal says of itself, short. */
function codeOf(error: string): string {
  const [, code, message = ""] = /"code":"(\w+)","message":"([^"]*)/.exec(error) ?? [];
  return code === undefined ? error : `${code} ${/\([^)]*\)/.exec(message)?.[0] ?? ""}`.trim();
}

class Run {
  readonly rounds: { name: string; rotations: number; failed: number; seconds: number }[] = [];
  /** Items whose stored password did not open their account after undisturbed calls. */
  readonly lost: string[] = [];
  /** Items that got several requests at once and no answer with a payload, with what was answered. */
  readonly unanswered: string[] = [];
  restarts = { killed: 0, stopped: 0 };
  readonly #place: ProofPlace;
  readonly #fleet: Fleet;
  readonly #random: Random;
  readonly #url: string;

  constructor(place: ProofPlace, fleet: Fleet, random: Random, url: string) {
    this.#place = place;
    this.#fleet = fleet;
    this.#random = random;
    this.#url = url;
  }

  /** Rotates the items at once, under faults and while `happens` does its work; then heals. */
  async round(
    name: string,
    items: readonly ProofItem[],
    seed: number,
    happens: () => Promise<void>,
  ): Promise<void> {
    const { gateway } = this.#place.stage;
    for (const [fault, probability] of Object.entries(FAULTS))
      gateway.faults.inject(fault as keyof typeof FAULTS, { probability, seed });
    const began = performance.now();
    const rotations = this.#rotate(items);
    let running = true;
    const ended = rotations.finally(() => {
      running = false;
    });
    do await happens();
    while (running);
    const outcomes = await ended;
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    gateway.faults.clear();
    const failed = outcomes.filter((outcome) => "error" in outcome).length;
    this.rounds.push({ name, rotations: items.length, failed, seconds });
    await this.#heal(name, items);
  }

  /** Kills one of the rotators, or stops it, and starts it again. */
  async kill(): Promise<void> {
    const index = Math.floor(this.#random.number() * REPLICAS);
    const killed = this.#random.number() < 0.7;
    this.restarts[killed ? "killed" : "stopped"] += 1;
    await this.#fleet.restart(index, killed ? "SIGKILL" : "SIGTERM");
  }

  /**
   * Sends several equal requests at once for each item, whose answers nobody stores, and counts the
   * logins that they cause; then lets the items heal. `halfway` happens in the middle.
   */
  async atOnce(when: string, items: readonly ProofItem[], halfway = () => {}): Promise<number> {
    const { gateway, authority } = this.#place.stage;
    const caller = createRotationCaller({ authority });
    const limit = pLimit(AT_ONCE.items);
    const before = this.#place.logins();
    const ask = async ({ name }: ProofItem) => {
      const payload = gateway.item(name)?.versions.at(-1)?.payload ?? "";
      const request = { url: this.#url, payload, timeoutSeconds: 40 };
      const calls = Array.from({ length: AT_ONCE.requests }, async () =>
        caller.call({ ...request, credentials: await gateway.issueCredentials(name) }),
      );
      const answers = await Promise.all(calls);
      if (answers.some((answer) => "payload" in answer)) return;
      const codes = answers.map((answer) => ("error" in answer ? codeOf(answer.error) : ""));
      this.unanswered.push(`${name}, ${when}: ${codes.join(", ")}`);
    };
    await Promise.all(
      items.map((item, index) =>
        limit(async () => {
          if (index === Math.floor(items.length / 2)) halfway();
          await ask(item);
        }),
      ),
    );
    const logins = this.#place.logins() - before;
    await caller.close();
    await this.#heal(`several requests at once ${when}`, items, true);
    return logins;
  }

  /** Undisturbed calls until each stored password opens its account. `all`: one call for each at least. */
  async #heal(after: string, items: readonly ProofItem[], all = false): Promise<void> {
    let ill = all ? items : await this.#place.ill(items);
    for (let call = 0; call < CLEAN_CALLS && ill.length > 0; call += 1) {
      if (call > 0) await sleep(WINDOW_MS + 200);
      await this.#rotate(ill);
      ill = await this.#place.ill(ill);
    }
    this.lost.push(...ill.map(({ name }) => `${name}: after "${after}"`));
  }

  #rotate(items: readonly ProofItem[]) {
    const { gateway } = this.#place.stage;
    const limit = pLimit(IN_FLIGHT);
    return Promise.all(items.map(({ name }) => limit(() => gateway.rotate(name))));
  }
}

import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RotatorProcess } from "../harness/rotator-process.ts";
import { ITEM, type RotatorStage, setRotatorStage } from "../harness/rotator-stage.ts";
import { type ChaosAuthority, type ChaosPlace, type ChaosStrategy, openPlace } from "./place.ts";

/** Shortened, so that a repeated search need not wait a quarter of an hour. */
const WINDOW_MS = 1_500;
/**
 * Undisturbed calls after which store and system must agree, by the number of replicas. Two have two
 * failed logins each, and each searches for itself (docs/reference/recovery.md, the last column).
 */
const CLEAN_CALLS: Readonly<Record<number, number>> = { 1: 2, 2: 5 };
/** How many generations ago a password may be that the system is restored to. */
const SYSTEM_BACK = 1;
/** Failed logins in a row that all replicas together may cause; the fifth locks. */
const MAX_FAILED = 4;

/** What is put through chaos. */
export interface ChaosConfiguration {
  readonly strategy: ChaosStrategy;
  readonly authority: ChaosAuthority;
  /** Rotators of one configuration; each call comes to one of them. */
  readonly replicas: number;
}

/** What happened, and what was found wrong. */
export interface ChaosReport {
  readonly rounds: number;
  readonly rotations: number;
  /** How often each thing was done to the rotators, the store or the system. */
  readonly events: Readonly<Record<string, number>>;
  /** The most calls that each event needed to heal. */
  readonly calls: Readonly<Record<string, number>>;
  /** Events after which undisturbed calls did not bring store and system together. */
  readonly unhealed: readonly string[];
  /**
   * Events after which the stored password did not open the account, where the strategy promises that
   * it always does.
   */
  readonly outages: readonly string[];
  /** How often failed logins have locked an account, which happens at the fifth in a row. */
  readonly lockouts: number;
}

/** Events that put something old back: the stored password may be dead until the next call. */
const RESTORES: ReadonlySet<string> = new Set([
  "an old payload is stored",
  "the system is restored",
]);

/** A small generator (mulberry32): the same seed, the same order of events. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * Rotates one item through real processes while things go wrong: kills at every step, lost answers,
 * duplicates, restored stores and systems, new keys and policies.
 */
export async function runChaos(
  seed: number,
  milliseconds: number,
  configuration: ChaosConfiguration,
): Promise<ChaosReport> {
  const ends = performance.now() + milliseconds;
  const { strategy, authority } = configuration;
  const stage = await setRotatorStage({ rules: { forgetAfter: WINDOW_MS } });
  const place = await openPlace(strategy, authority, stage, WINDOW_MS);
  const run = new Run(stage, place, randomFrom(seed), configuration);
  try {
    await run.begin();
    while (performance.now() < ends) await run.round();
    return run.report();
  } finally {
    await run.end();
    await place.stop();
    await stage.stop();
  }
}

class Run {
  readonly #stage: RotatorStage;
  readonly #place: ChaosPlace;
  readonly #random: (below: number) => number;
  readonly #configuration: ChaosConfiguration;
  readonly #counts: Record<string, number> = {};
  readonly #calls: Record<string, number> = {};
  readonly #unhealed: string[] = [];
  readonly #outages: string[] = [];
  /** Payloads that led to the one that is stored, the newest last. */
  readonly #stored: Record<string, unknown>[] = [];
  /** What happened, in its order. */
  readonly #history: string[] = [];
  #keys = [{ id: "k1", file: "rotator.key" }];
  #policies = [{ length: 32 }];
  #rotators: RotatorProcess[] = [];
  #rounds = 0;
  #rotations = 0;

  constructor(
    stage: RotatorStage,
    place: ChaosPlace,
    random: (below: number) => number,
    configuration: ChaosConfiguration,
  ) {
    this.#stage = stage;
    this.#place = place;
    this.#random = random;
    this.#configuration = configuration;
  }

  async begin(): Promise<void> {
    await this.#restart();
    await this.#stage.declare(this.#rotators[0]?.url ?? "", this.#place.first);
    for (let rotation = 0; rotation <= this.#place.mostBack; rotation += 1)
      await this.#heals("the beginning");
  }

  async end(): Promise<void> {
    await Promise.all(this.#rotators.map((rotator) => rotator.end("SIGKILL")));
  }

  report(): ChaosReport {
    return {
      rounds: this.#rounds,
      rotations: this.#rotations,
      events: this.#counts,
      calls: this.#calls,
      unhealed: this.#unhealed,
      outages: this.#outages,
      lockouts: this.#place.lockouts(),
    };
  }

  /** One event, and what undisturbed calls make of it. */
  async round(): Promise<void> {
    const events: [string, () => Promise<void>][] = [
      ["kill", () => this.#kill()],
      [
        "kill, then kill again",
        async () => {
          await this.#kill();
          await this.#kill();
        },
      ],
      [
        "kill, and a key is put first",
        async () => {
          await this.#kill(() => this.#addKey());
        },
      ],
      [
        "kill, and the policy changes",
        async () => {
          await this.#kill(() => this.#changePolicy());
        },
      ],
      ["duplicates", () => this.#duplicates()],
      ["an old payload is stored", () => this.#restoreStore()],
      ["the system is restored", () => this.#restoreSystem()],
      ["stop in a rotation", () => this.#stop()],
    ];
    const [name, happen] = events[this.#random(events.length)] ?? ["nothing", async () => {}];
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
    this.#rounds += 1;
    await happen();
    this.#history.push(name);
    const what = `round ${this.#rounds}: ${name}`;
    const promised = this.#configuration.strategy !== "single" && !RESTORES.has(name);
    if (promised && !(await this.#place.opens(await this.#stage.stored())))
      this.#outages.push(what);
    await this.#heals(what, name);
    // Each rotation brings back one of two users.
    if (this.#configuration.strategy === "alternating" && RESTORES.has(name))
      await this.#heals(`${what}, the other user`, `${name}, the other user`);
  }

  /** Undisturbed calls, to the replicas in turn, until the stored password opens the account. */
  async #heals(after: string, event = after): Promise<void> {
    const errors: string[] = [];
    const first = this.#random(this.#rotators.length);
    const most = CLEAN_CALLS[this.#rotators.length] ?? 0;
    for (let call = 0; call < most; call += 1) {
      if (call > 0) await sleep(WINDOW_MS + 200);
      const { status, error } = await this.#rotate(first + call);
      const stored = await this.#stage.stored();
      this.#stored.push(stored);
      if (status === 200 && (await this.#place.opens(stored))) {
        this.#rotations += 1;
        this.#calls[event] = Math.max(this.#calls[event] ?? 0, call + 1);
        this.#place.seen(stored);
        return;
      }
      errors.push(error.slice(0, 200));
    }
    const before = this.#history.slice(-4).join(", ");
    this.#unhealed.push(`${after} (after ${before}): ${errors.join(" | ")}`);
  }

  /** A rotation by one of the replicas. */
  async #rotate(turn = this.#random(this.#rotators.length)) {
    const replica = this.#rotators[turn % this.#rotators.length];
    if (replica) await this.#stage.retarget(replica.url);
    return this.#stage.rotate();
  }

  /** Kills every replica somewhere in a rotation, on either side of the system's work. */
  async #kill(change: () => Promise<void> = async () => {}): Promise<void> {
    const { proxy } = this.#place;
    const held = proxy.hold(1 + this.#random(4), this.#random(2) ? "before" : "after");
    const rotation = this.#rotate();
    // A rotation of fewer requests ends without being held; the hold waits for the next one then.
    const request = await Promise.race([held, rotation.then(() => undefined)]);
    await this.end();
    request?.release();
    if (!request) void held.then(({ release }) => release());
    await rotation;
    await change();
    await this.#restart();
  }

  async #stop(): Promise<void> {
    const rotation = this.#rotate();
    await Promise.all(this.#rotators.map((rotator) => rotator.end("SIGTERM")));
    await rotation;
    await this.#restart();
  }

  async #duplicates(): Promise<void> {
    await Promise.all(Array.from({ length: 3 }, () => this.#rotate()));
  }

  /**
   * A rotation under the key and the policy in force. What is put back then is one change; together with
   * a change of key or policy it needs more calls (docs/reference/recovery.md).
   */
  async #settle(): Promise<void> {
    await this.#heals("before something old is put back");
  }

  async #restoreStore(): Promise<void> {
    await this.#settle();
    const now = stateOf(await this.#stage.stored());
    const old = await this.#older(this.#place.mostBack, ({ kid, policyId }) => {
      return kid === now.kid && policyId === now.policyId;
    });
    if (!old) return;
    await this.#stage.store(old);
    // What came after it leads nowhere now: one rotation back is one of those that follow.
    this.#stored.splice(this.#stored.indexOf(old) + 1);
  }

  async #restoreSystem(): Promise<void> {
    await this.#settle();
    const old = await this.#older(SYSTEM_BACK);
    if (old) await this.#place.restore(old);
  }

  /** A payload of a few generations ago, counted from the newest. */
  async #older(most: number, fits: (state: State) => boolean = () => true) {
    const newest = Math.max(...this.#stored.map((payload) => stateOf(payload).gen));
    const old = this.#stored.filter((payload) => {
      const state = stateOf(payload);
      const back = newest - state.gen;
      return back > 0 && back <= most && fits(state);
    });
    return old[this.#random(Math.max(1, old.length))];
  }

  async #addKey(): Promise<void> {
    const id = `k${this.#keys.length + 1}`;
    const file = `rotator-${id}.key`;
    await writeFile(join(this.#stage.directory, file), randomBytes(32).toString("base64"));
    this.#keys = [{ id, file }, ...this.#keys];
  }

  async #changePolicy(): Promise<void> {
    this.#policies = [{ length: 24 + this.#random(16) }, ...this.#policies].slice(0, 5);
  }

  async #restart(): Promise<void> {
    const starts = Array.from({ length: this.#configuration.replicas }, () => this.#start());
    this.#rotators = await Promise.all(starts);
  }

  #start(): Promise<RotatorProcess> {
    const [policy, ...former] = this.#policies;
    return this.#stage.startRotator({
      keys: this.#keys.slice(0, 16),
      items: { [ITEM]: { system: "app", ...this.#place.item } },
      systems: {
        app: {
          ...this.#place.system,
          policy,
          former_policies: former.slice(0, 4),
          max_failed_logins: Math.floor(MAX_FAILED / this.#configuration.replicas),
          failed_login_window_ms: WINDOW_MS,
          failed_login_spacing_ms: 50,
        },
      },
    });
  }
}

/** What the rotator remembers in a payload. */
interface State {
  readonly gen: number;
  readonly kid?: string;
  readonly policyId?: string;
}

function stateOf({ _rotation: state }: Record<string, unknown>): State {
  return (state as State | undefined) ?? { gen: 0 };
}

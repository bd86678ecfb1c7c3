import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RotatorProcess } from "../harness/rotator-process.ts";
import { ITEM, type RotatorStage, setRotatorStage, USERNAME } from "../harness/rotator-stage.ts";

/** Shortened, so that a repeated search need not wait a quarter of an hour. */
const WINDOW_MS = 1_500;
/** Undisturbed calls after which store and system must agree. */
const CLEAN_CALLS = 3;
/** How many generations ago a payload may be that is stored again, and a password that is restored. */
const MOST_BACK = 2;
const SYSTEM_BACK = 1;

/** Who changes the password: the account itself, or an admin who also repairs (`reconcile`). */
export const AUTHORITIES = ["account", "admin"] as const;
type Authority = (typeof AUTHORITIES)[number];

const ADMIN = { username: "chaos-admin", password: "Chaos-admin-password-1" };

/** What happened, and what was found wrong. */
export interface ChaosReport {
  readonly rounds: number;
  readonly rotations: number;
  /** How often each thing was done to the rotator, the store or the system. */
  readonly events: Readonly<Record<string, number>>;
  /** Events after which three undisturbed calls did not bring store and system together. */
  readonly unhealed: readonly string[];
  /** How often failed logins have locked the account, which happens at the fifth in a row. */
  readonly lockouts: number;
}

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
 * Rotates one account through real processes while things go wrong: kills at every step, lost answers,
 * duplicates, restored stores and systems, new keys and policies.
 */
export async function runChaos(
  seed: number,
  milliseconds: number,
  authority: Authority = "account",
): Promise<ChaosReport> {
  const ends = performance.now() + milliseconds;
  const stage = await setRotatorStage({ rules: { forgetAfter: WINDOW_MS } });
  await stage.app.createAccount({ ...ADMIN, admin: true });
  await writeFile(join(stage.directory, "admin"), ADMIN.password);
  const run = new Run(stage, randomFrom(seed), authority);
  try {
    await run.begin();
    while (performance.now() < ends) await run.round();
    return run.report();
  } finally {
    await run.end();
    await stage.stop();
  }
}

class Run {
  readonly #stage: RotatorStage;
  readonly #random: (below: number) => number;
  readonly #counts: Record<string, number> = {};
  readonly #unhealed: string[] = [];
  /** Payloads that were stored, the newest last. */
  readonly #stored: Record<string, unknown>[] = [];
  readonly #authority: Authority;
  #keys = [{ id: "k1", file: "rotator.key" }];
  #policies = [{ length: 32 }];
  #rotator: RotatorProcess | undefined;
  #rounds = 0;
  #rotations = 0;

  constructor(stage: RotatorStage, random: (below: number) => number, authority: Authority) {
    this.#authority = authority;
    this.#stage = stage;
    this.#random = random;
  }

  async begin(): Promise<void> {
    const rotator = await this.#start();
    await this.#stage.declare(rotator.url);
    for (let rotation = 0; rotation <= MOST_BACK; rotation += 1) await this.#heals("the beginning");
  }

  async end(): Promise<void> {
    await this.#rotator?.end("SIGKILL");
  }

  report(): ChaosReport {
    const locked = this.#stage.app.events.all("account-locked");
    return {
      rounds: this.#rounds,
      rotations: this.#rotations,
      events: this.#counts,
      unhealed: this.#unhealed,
      lockouts: locked.length,
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
    await this.#heals(`round ${this.#rounds}: ${name}`);
  }

  /** Undisturbed calls until the stored password opens the account. */
  async #heals(after: string): Promise<void> {
    const errors: string[] = [];
    for (let call = 0; call < CLEAN_CALLS; call += 1) {
      if (call > 0) await sleep(WINDOW_MS + 200);
      const { status, error } = await this.#stage.rotate();
      const stored = await this.#stage.stored();
      this.#stored.push(stored);
      const works = await this.#stage.app.accepts(USERNAME, String(stored.current_password));
      if (status === 200 && works) {
        this.#rotations += 1;
        return;
      }
      errors.push(error.slice(0, 160));
    }
    this.#unhealed.push(`${after}: ${errors.join(" | ")}`);
  }

  /** Kills the process somewhere in a rotation, on either side of the system's work. */
  async #kill(change: () => Promise<void> = async () => {}): Promise<void> {
    const held = this.#stage.proxy.hold(1 + this.#random(4), this.#random(2) ? "before" : "after");
    const rotation = this.#stage.rotate();
    // A rotation of fewer requests ends without being held; the hold waits for the next one then.
    const request = await Promise.race([held, rotation.then(() => undefined)]);
    await this.#rotator?.end("SIGKILL");
    request?.release();
    if (!request) void held.then(({ release }) => release());
    await rotation;
    await change();
    await this.#restart();
  }

  async #stop(): Promise<void> {
    const rotation = this.#stage.rotate();
    await this.#rotator?.end("SIGTERM");
    await rotation;
    await this.#restart();
  }

  async #duplicates(): Promise<void> {
    await Promise.all(Array.from({ length: 3 }, () => this.#stage.rotate()));
  }

  /**
   * An old payload that was made under the key and the policy in force: together with a change of
   * them it needs more calls (docs/reference/recovery.md).
   */
  async #restoreStore(): Promise<void> {
    const now = stateOf(await this.#stage.stored());
    const old = await this.#older(MOST_BACK, ({ kid, policyId }) => {
      return kid === now.kid && policyId === now.policyId;
    });
    if (old) await this.#stage.store(old);
  }

  async #restoreSystem(): Promise<void> {
    const old = await this.#older(SYSTEM_BACK);
    if (!old) return;
    const password = String(old.current_password);
    await this.#stage.app.createAccount({ username: USERNAME, password });
  }

  /** A payload of a few generations ago. */
  async #older(most: number, fits: (state: State) => boolean = () => true) {
    const now = stateOf(await this.#stage.stored());
    const old = this.#stored.filter((payload) => {
      const state = stateOf(payload);
      const back = now.gen - state.gen;
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
    const { url } = await this.#start();
    await this.#stage.retarget(url);
  }

  async #start(): Promise<RotatorProcess> {
    const [policy, ...former] = this.#policies;
    const isAdmin = this.#authority === "admin";
    this.#rotator = await this.#stage.startRotator({
      keys: this.#keys.slice(0, 16),
      ...(isAdmin && {
        items: { [ITEM]: { system: "reporting-app", usernames: [USERNAME], reconcile: true } },
      }),
      systems: {
        "reporting-app": {
          type: "http",
          recipe: "reporting-app",
          ...(isAdmin && {
            authority: "admin",
            admin: { username: ADMIN.username, password_file: "admin" },
          }),
          origin: this.#stage.proxy.url,
          ca_file: "ca.pem",
          policy,
          former_policies: former.slice(0, 4),
          failed_login_window_ms: WINDOW_MS,
          failed_login_spacing_ms: 50,
        },
      },
    });
    return this.#rotator;
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

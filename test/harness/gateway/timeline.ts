import { Redactor } from "../../../rotator/observability/redactor.ts";
import type { CallOutcome } from "./rotation-call.ts";
import type { Trigger } from "./rotations.ts";

/** A step of a rotation that the gateway can see. */
export interface TimelineStep {
  /** `system`: what the rotator's answer says about it. The gateway never calls the system itself. */
  readonly leg: "gateway" | "validation" | "rotator" | "system";
  readonly what: string;
  /** Milliseconds of real time since the rotation began. */
  readonly after: number;
}

/** One rotation as it went. It carries no payload, and no text in which one was found. */
export interface TimelineEntry {
  readonly number: number;
  readonly item: string;
  readonly trigger: Trigger;
  /** The gateway's time, milliseconds since the epoch. */
  readonly at: number;
  readonly steps: readonly TimelineStep[];
  readonly outcome: "running" | "succeeded" | "failed";
  /** Milliseconds of real time that it took; set once it has ended. */
  readonly took?: number;
  /** The version that was stored. */
  readonly version?: number;
  /** The sentence of a failure, without what the payload holds. */
  readonly error?: string;
  /** The fault that was played. */
  readonly fault?: string;
}

/** An entry that is still being written. */
type OpenEntry = { -readonly [Name in keyof TimelineEntry]: TimelineEntry[Name] } & {
  steps: TimelineStep[];
};

/** A rotation under way, for those who take part in it. */
export interface RunningRotation {
  step(leg: TimelineStep["leg"], what: string): void;
  fault(name: string): void;
  end(outcome: CallOutcome, version: number): void;
}

/** So many rotations are remembered. */
const REMEMBERED = 1_000;

/** What happened to every item, as people follow it. */
export class Timeline {
  readonly #entries: OpenEntry[] = [];
  readonly #running = new Map<string, RunningRotation>();
  readonly #listeners = new Set<(entry: TimelineEntry) => void>();
  readonly #monotonic: () => number;
  #number = 0;

  /** `monotonic`: milliseconds of real time. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  /** Calls `listener` at each step of each rotation; returns a function that ends it. */
  follow(listener: (entry: TimelineEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** Begins a rotation. `secrets` are hidden wherever they come back in a sentence. */
  begin(item: string, trigger: Trigger, at: number, secrets: readonly string[]): RunningRotation {
    const began = this.#monotonic();
    const after = () => Math.round(this.#monotonic() - began);
    const redactor = new Redactor();
    redactor.add(...secrets);
    this.#number += 1;
    const entry: OpenEntry = {
      number: this.#number,
      item,
      trigger,
      at,
      steps: [{ leg: "gateway", what: trigger, after: 0 }],
      outcome: "running",
    };
    this.#entries.push(entry);
    if (this.#entries.length > REMEMBERED) this.#entries.shift();
    const tell = () => {
      for (const listener of this.#listeners) listener(entry);
    };
    const running: RunningRotation = {
      step: (leg, what) => {
        entry.steps.push({ leg, what: redactor.redact(what), after: after() });
        tell();
      },
      fault: (name) => {
        entry.fault = name;
      },
      end: (outcome, version) => {
        entry.took = after();
        if ("payload" in outcome) {
          entry.outcome = "succeeded";
          entry.version = version;
        } else {
          entry.outcome = "failed";
          entry.error = redactor.redact(outcome.error);
        }
        this.#running.delete(item);
        tell();
      },
    };
    this.#running.set(item, running);
    tell();
    return running;
  }

  /** The rotation of this item that is under way. */
  running(item: string): RunningRotation | undefined {
    return this.#running.get(item);
  }
}

/** A sentence without what payloads hold. */
export function withoutPayloads(sentence: string, payloads: readonly string[]): string {
  const redactor = new Redactor();
  redactor.add(...payloads.flatMap(secretsInPayload));
  return redactor.redact(sentence);
}

/** The texts of a payload that a message must not show: the whole, and every value in its JSON. */
export function secretsInPayload(payload: string): string[] {
  const found = [payload];
  const walk = (value: unknown, name: string) => {
    if (typeof value === "string" && !OPEN_FIELDS.has(name)) found.push(value);
    else if (typeof value === "object" && value !== null)
      for (const [inner, part] of Object.entries(value)) walk(part, inner);
  };
  try {
    walk(JSON.parse(payload), "");
  } catch {
    // Not JSON: the whole text is the secret.
  }
  return found;
}

/** Names in a payload; hiding them would make a failure's sentence useless. */
const OPEN_FIELDS: ReadonlySet<string> = new Set(["system", "username", "user", "email"]);

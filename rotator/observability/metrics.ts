import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40];

/**
 * What the rotator counts. Labels only take values that the configuration or the code bounds:
 * names of systems, strategies, steps, error codes; never a user name or an item.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly rotations: Counter<"system" | "strategy" | "outcome">;
  readonly rotationSeconds: Histogram<"system" | "strategy" | "outcome">;
  readonly stepSeconds: Histogram<"system" | "strategy" | "step">;
  readonly recoveries: Counter<"system" | "strategy" | "kind">;
  readonly oldAccepted: Counter<"system" | "strategy">;
  readonly lastSuccess: Gauge<"system" | "strategy">;
  readonly requests: Counter<"code">;
  readonly validations: Counter<"verdict">;
  readonly validationSeconds: Histogram;
}

/** What is counted elsewhere and read at each scrape. */
export interface MetricSources {
  /** Rotations that run now. */
  readonly running: () => number;
  /** Rotations that wait for their turn. */
  readonly waiting: () => number;
}

/** Fresh metrics in a registry of their own, so that several rotators fit into one process. */
export function createMetrics({ running, waiting }: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "rotator_rotations_in_flight",
    help: "Rotations that run now.",
    registers,
    collect() {
      this.set(running());
    },
  });
  new Gauge({
    name: "rotator_rotations_queued",
    help: "Rotations that wait for their turn.",
    registers,
    collect() {
      this.set(waiting());
    },
  });
  return {
    registry,
    rotations: new Counter({
      name: "rotator_rotations_total",
      help: "Rotations that came to an end, by outcome: rotated or the error's code.",
      labelNames: ["system", "strategy", "outcome"],
      registers,
    }),
    rotationSeconds: new Histogram({
      name: "rotator_rotation_duration_seconds",
      help: "Time of a whole rotation, without the wait for its turn.",
      labelNames: ["system", "strategy", "outcome"],
      buckets: SECONDS,
      registers,
    }),
    stepSeconds: new Histogram({
      name: "rotator_step_duration_seconds",
      help: "Time of one step of a rotation that contacts the system or the shared lock.",
      labelNames: ["system", "strategy", "step"],
      buckets: SECONDS,
      registers,
    }),
    recoveries: new Counter({
      name: "rotator_recoveries_total",
      help: "Rotations that found the account not to open with the stored credential and recovered.",
      labelNames: ["system", "strategy", "kind"],
      registers,
    }),
    oldAccepted: new Counter({
      name: "rotator_old_password_accepted_total",
      help: "Rotations after which the old password still worked (check_old_password).",
      labelNames: ["system", "strategy"],
      registers,
    }),
    lastSuccess: new Gauge({
      name: "rotator_last_success_timestamp_seconds",
      help: "When a rotation last succeeded, seconds since the Unix epoch.",
      labelNames: ["system", "strategy"],
      registers,
    }),
    requests: new Counter({
      name: "rotator_requests_total",
      help: "Requests by the code they were answered with: rotated, dry_run or an error's code.",
      labelNames: ["code"],
      registers,
    }),
    validations: new Counter({
      name: "rotator_validations_total",
      help: "Calls to Akeyless by verdict: genuine, rejected, unavailable.",
      labelNames: ["verdict"],
      registers,
    }),
    validationSeconds: new Histogram({
      name: "rotator_validation_duration_seconds",
      help: "Time of a call to Akeyless.",
      buckets: SECONDS,
      registers,
    }),
  };
}

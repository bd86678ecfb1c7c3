import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { ANSWER_ERRORS, ROTATION_ERRORS } from "../../common/errors/rotator-errors.ts";
import { VERSION } from "../../common/version.ts";
import { ItemStates } from "./item-states.ts";

/** What may become of a notification. */
export const NOTIFICATION_RESULTS = ["delivered", "given_up", "dropped"] as const;

/** What Akeyless can say of a token. */
export const VERDICTS = ["genuine", "rejected", "unavailable"] as const;

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40];

/**
 * What the rotator counts. Labels only take values that the configuration or the code bounds:
 * names of systems and items, strategies, steps, error codes; never a user name.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly rotations: Counter<"system" | "strategy" | "outcome">;
  readonly rotationSeconds: Histogram<"system" | "strategy" | "outcome">;
  readonly steps: Counter<"system" | "strategy" | "step" | "outcome">;
  readonly stepSeconds: Histogram<"system" | "strategy" | "step">;
  readonly recoveries: Counter<"system" | "strategy" | "kind">;
  readonly oldAccepted: Counter<"system" | "strategy">;
  readonly requestKeys: Counter<"key">;
  readonly lastSuccess: Gauge<"item" | "system" | "strategy">;
  readonly itemStates: ItemStates;
  readonly certificateExpiry: Gauge;
  readonly handshakesFailed: Counter;
  readonly connectionsEvicted: Counter;
  readonly reloads: Counter<"result">;
  readonly notifications: Counter<"result">;
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
  /** Notifications that are not delivered yet. Default: none. */
  readonly notifying?: () => number;
}

/** Fresh metrics in a registry of their own, so that several rotators fit into one process. */
export function createMetrics({ running, waiting, notifying = () => 0 }: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: "rotator_build_info",
    help: "Always 1; the label says which version runs.",
    labelNames: ["version"],
    registers,
  });
  build.set({ version: VERSION }, 1);
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
  new Gauge({
    name: "rotator_notifications_waiting",
    help: "Notifications that are not delivered yet.",
    registers,
    collect() {
      this.set(notifying());
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
    steps: new Counter({
      name: "rotator_steps_total",
      help: "Steps that contacted the system or the shared lock, by what came of them.",
      labelNames: ["system", "strategy", "step", "outcome"],
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
    requestKeys: new Counter({
      name: "rotator_payload_keys_total",
      help: "Successful rotations by the id of the key that their payload was made under (none: by hand).",
      labelNames: ["key"],
      registers,
    }),
    lastSuccess: new Gauge({
      name: "rotator_last_success_timestamp_seconds",
      help: "When a rotation of an item last succeeded, seconds since the Unix epoch.",
      labelNames: ["item", "system", "strategy"],
      registers,
    }),
    itemStates: new ItemStates(
      new Gauge({
        name: "rotator_item_failing",
        help: "1 from a failed rotation of an item until its next success here; the label says why.",
        labelNames: ["item", "system", "strategy", "code"],
        registers,
      }),
    ),
    certificateExpiry: new Gauge({
      name: "rotator_certificate_expiry_timestamp_seconds",
      help: "When the served certificate ends, seconds since the Unix epoch; 0 without TLS.",
      registers,
    }),
    handshakesFailed: new Counter({
      name: "rotator_tls_handshakes_failed_total",
      help: "TLS handshakes that failed, those of callers without the client certificate included.",
      registers,
    }),
    connectionsEvicted: new Counter({
      name: "rotator_connections_evicted_total",
      help: "Idle or half-open connections that were closed because too many were open.",
      registers,
    }),
    reloads: new Counter({
      name: "rotator_config_reloads_total",
      help: "Reloads of the configuration: done, or refused because something in it is wrong.",
      labelNames: ["result"],
      registers,
    }),
    notifications: new Counter({
      name: "rotator_notifications_total",
      help: "Notifications by what became of them: delivered, given_up, dropped (too many waited).",
      labelNames: ["result"],
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

/** The parts of the configuration that labels come from. */
interface LabelSources {
  readonly items: Readonly<Record<string, { readonly system: string; readonly strategy: string }>>;
  readonly keys: readonly { readonly id: string }[];
  /** Outcomes of a rotation that had to repair something first. */
  readonly recoveries: readonly string[];
}

/**
 * Lets each counter of the configuration's items and keys start at 0: Prometheus sees no increase in a
 * series that appears with its first event, and no alert would tell of it.
 */
export function startAtZero(metrics: Metrics, { items, keys, recoveries }: LabelSources): void {
  for (const { id } of keys) metrics.requestKeys.inc({ key: id }, 0);
  const codes = Object.keys(ANSWER_ERRORS);
  for (const code of ["rotated", "dry_run", ...codes]) metrics.requests.inc({ code }, 0);
  for (const verdict of VERDICTS) metrics.validations.inc({ verdict }, 0);
  for (const result of ["done", "refused"]) metrics.reloads.inc({ result }, 0);
  for (const result of NOTIFICATION_RESULTS) metrics.notifications.inc({ result }, 0);
  for (const { system, strategy } of Object.values(items)) {
    const labels = { system, strategy };
    for (const outcome of ["rotated", "internal_error", ...Object.keys(ROTATION_ERRORS)])
      metrics.rotations.inc({ ...labels, outcome }, 0);
    for (const kind of recoveries) metrics.recoveries.inc({ ...labels, kind }, 0);
    metrics.oldAccepted.inc(labels, 0);
  }
}

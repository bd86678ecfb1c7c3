import type { Logger } from "pino";
import { type Clock, systemClock } from "../../common/clock.ts";
import { VERSION } from "../../common/version.ts";
import { type Authenticate, createAuthenticate } from "../authentication/authenticate.ts";
import { measureValidate } from "../authentication/measure.ts";
import { createRemoteValidator, type RemoteValidator } from "../authentication/validator.ts";
import { readKey } from "../config/keys.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { RotatorConfig } from "../config/schema.ts";
import { warningsOf } from "../config/warnings.ts";
import { createApp } from "../http/app.ts";
import { bind, listen } from "../http/listen.ts";
import type { TlsObserver } from "../http/tls.ts";
import { createAdminServer } from "../observability/admin-server.ts";
import { createRotatorLog, type RotatorLog } from "../observability/logger.ts";
import { createMetrics, type Metrics, startAtZero } from "../observability/metrics.ts";
import { createRotation } from "../rotation/create-rotation.ts";
import { Keyring } from "../rotation/keyring.ts";
import type { RotatableSystem } from "../rotation/rotation.ts";
import { Gate } from "../traffic/gate.ts";
import { createRateLimit } from "../traffic/rate-limit.ts";
import { closeSystems, openSharedLock, openSystems } from "./open-systems.ts";
import { stopServer } from "./stop.ts";

/** What a process or a test may put in place of the defaults. */
export interface RotatorOverrides {
  readonly clock?: Clock;
  readonly log?: RotatorLog;
  /** Environment that systems read their secrets from. Default: the process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Takes the place of the configured systems. */
  readonly systems?: ReadonlyMap<string, RotatableSystem>;
}

/** A rotator that serves. */
export interface RunningRotator {
  /** Where it answers; a Web Target has to name the host as the gateway sees it. */
  readonly url: string;
  readonly metricsUrl: string;
  /** Cleans what it writes of every secret in hand. */
  readonly log: Logger;
  /**
   * Refuses new rotations, ends those that have not changed anything yet, finishes the others, and
   * closes. Resolves to whether all that happened within `shutdown.grace_ms`.
   */
  stop(): Promise<boolean>;
}

/**
 * Longest waits for a turn, in milliseconds. They and the validation count towards `rotation_ms`, so
 * that a request ends before the gateway gives up.
 */
const VALIDATION_WAIT_MS = 3_000;
const ROTATION_WAIT_MS = 5_000;

/**
 * Starts a rotator.
 *
 * @throws KitError when a port is taken or a system's configuration cannot work
 */
export async function startRotator(
  loaded: LoadedConfig,
  overrides: RotatorOverrides = {},
): Promise<RunningRotator> {
  const { config } = loaded;
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createRotatorLog({ level: config.log.level });
  const env = overrides.env ?? process.env;
  for (const sentence of warningsOf(config)) log.log.warn(sentence);
  const systems = overrides.systems ?? (await openSystems(loaded, env, log.log));
  try {
    return await serve(loaded, { systems, clock, log, env });
  } catch (error) {
    await closeSystems(systems, log.log);
    throw error;
  }
}

/** Serves with systems that are ready. */
async function serve(
  loaded: LoadedConfig,
  { systems, clock, log, env }: Required<RotatorOverrides>,
): Promise<RunningRotator> {
  const { config } = loaded;
  const sharedLock = await openSharedLock(loaded, env, log.log);
  const validator = createRemoteValidator(config.akeyless.validation_url, {
    caFile: config.akeyless.ca_file,
    connections: config.limits.validations,
  });
  const gate = new Gate({
    concurrency: config.limits.concurrency,
    queue: config.limits.queue,
    waitMs: ROTATION_WAIT_MS,
  });
  const metrics = createMetrics({ running: () => gate.running, waiting: () => gate.waiting });
  startAtZero(metrics, config);
  const stopping = new AbortController();
  const app = createApp({
    authenticate: authentication(config, validator, metrics, clock),
    items: config.items,
    rotation: createRotation({
      keyring: new Keyring(config.keys.map(readKey)),
      systems,
      clock,
      ...(sharedLock && { sharedLock }),
      limits: { totalMs: config.limits.rotation_ms },
    }),
    gate,
    rateLimit: createRateLimit(config.limits.rate_per_minute, clock),
    metrics,
    log,
    stopping: stopping.signal,
    path: config.listen.path,
    bodyBytes: config.limits.body_bytes,
    jsonDepth: config.limits.json_depth,
  });

  const admin = createAdminServer(metrics, () => !stopping.signal.aborted);
  const adminPort = await bind(admin, config.metrics, "metrics.port");
  const tls: TlsObserver = {
    onServed: ({ expiresAt }) => metrics.certificateExpiry.set(expiresAt / 1000),
    onFailure: () => metrics.handshakesFailed.inc(),
  };
  const main = await listen(app, config, log.log, tls).catch((error: unknown) => {
    admin.close();
    throw error;
  });
  const url = `${main.secure ? "https" : "http"}://${authority(config.listen.host, main.port)}${config.listen.path}`;
  const metricsUrl = `http://${authority(config.metrics.host, adminPort)}`;
  log.log.info(
    { version: VERSION, url, metrics: metricsUrl, items: Object.keys(config.items) },
    "rotator ready",
  );

  return {
    url,
    metricsUrl,
    log: log.log,
    stop: async () => {
      log.log.info({ in_flight: gate.running, queued: gate.waiting }, "rotator stopping");
      stopping.abort();
      gate.refuseWaiting();
      const { shutdown } = config;
      const finished = await stopServer(main.server, {
        shutdown,
        idle: () => gate.idle(),
        release: (limit) => closeSystems(systems, log.log, limit),
        clock,
      });
      validator.close();
      admin.close();
      admin.closeAllConnections();
      log.log.info({ finished }, "rotator stopped");
      return finished;
    },
  };
}

function authentication(
  { akeyless, items, limits }: RotatorConfig,
  validator: RemoteValidator,
  metrics: Metrics,
  clock: Clock,
): Authenticate {
  return createAuthenticate({
    accessIds: akeyless.access_ids,
    items: new Set(Object.keys(items)),
    allowDryRun: akeyless.allow_dry_run,
    tokenBytes: limits.token_bytes,
    gate: new Gate({
      concurrency: limits.validations,
      queue: limits.queue,
      waitMs: VALIDATION_WAIT_MS,
    }),
    validate: measureValidate(validator.validate, metrics),
    clock,
  });
}

/** Host and port as a URL writes them; "every address" is shown as this machine. */
function authority(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `localhost:${port}`;
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

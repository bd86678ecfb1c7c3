import type { Logger } from "pino";
import { type Clock, systemClock } from "../../common/clock.ts";
import { createStopper } from "../../common/stopper.ts";
import { VERSION } from "../../common/version.ts";
import { ConfigError, type LoadedConfig } from "../config/load.ts";
import { warningsOf } from "../config/warnings.ts";
import { createAdminServer } from "../http/admin-server.ts";
import { bind, type ListenObserver, listen } from "../http/listen.ts";
import { RECOVERIES } from "../http/observe-rotation.ts";
import { createConfiguredNotifier } from "../notification/create.ts";
import { createRotatorLog, type RotatorLog } from "../observability/logger.ts";
import { createMetrics, type Metrics, startAtZero } from "../observability/metrics.ts";
import { createAccountMemory } from "../rotation/account-memory.ts";
import type { RotatableSystem } from "../rotation/rotation.ts";
import { fixedSettings } from "./fixed-settings.ts";
import { addNames, ownTexts } from "./own-words.ts";
import { openService, type Service, type ServiceDependencies } from "./service.ts";
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
   * Reads another configuration and serves with it from now on. Requests in hand end with the old one.
   *
   * @throws KitError when it cannot work, or changes what only a start can change; then the old one stays
   */
  reload(read: () => LoadedConfig): Promise<void>;
  /**
   * Refuses new rotations, ends those that have not changed anything yet, finishes the others, and
   * closes. Resolves to whether all that happened within `shutdown.grace_ms`.
   */
  stop(): Promise<boolean>;
}

/**
 * Starts a rotator.
 *
 * @throws KitError when a port is taken or a system's configuration cannot work
 */
export async function startService(
  loaded: LoadedConfig,
  overrides: RotatorOverrides = {},
): Promise<RunningRotator> {
  const clock = overrides.clock ?? systemClock;
  const words = ownTexts();
  const log = overrides.log ?? createRotatorLog({ level: loaded.config.log.level, words });
  const env = overrides.env ?? process.env;
  const services: Service[] = [];
  const count = (of: (service: Service) => number) => () =>
    services.reduce((sum, one) => sum + of(one), 0);
  const metrics = createMetrics({
    running: count(({ gate }) => gate.running),
    waiting: count(({ gate }) => gate.waiting),
    notifying: () => notifier?.waiting ?? 0,
  });
  const { directory } = loaded;
  const { notify } = loaded.config;
  const notifier =
    notify &&
    (await createConfiguredNotifier(notify, {
      ...{ env, directory, clock, log: log.log },
      count: (result) => metrics.notifications.inc({ result }),
    }));
  const stopping = createStopper();
  const { signal } = stopping;
  const memory = createAccountMemory(clock);
  const dependencies: ServiceDependencies = {
    ...{ metrics, clock, log, env, notifier, memory, stopping: signal },
    systems: overrides.systems,
  };
  const prepare = ({ config }: LoadedConfig) => {
    addNames(words, config);
    for (const sentence of warningsOf(config)) log.log.warn(sentence);
    startAtZero(metrics, { ...config, recoveries: RECOVERIES });
  };
  prepare(loaded);
  let current = await openService(loaded, dependencies);
  services.push(current);
  let { config } = loaded;
  const servers = await openPorts(loaded, () => current, { metrics, log, signal }).catch(
    async (error: unknown) => {
      await current.close();
      throw error;
    },
  );
  const { url, metricsUrl } = servers;
  notifier?.start();
  log.log.info(
    { version: VERSION, url, metrics: metricsUrl, items: Object.keys(config.items) },
    "rotator ready",
  );

  return {
    url,
    metricsUrl,
    log: log.log,
    reload: async (read) => {
      try {
        const next = read();
        const fixed = fixedSettings(config, next.config);
        if (fixed.length > 0) throw new ConfigError("The configuration", fixed);
        const opened = await openService(next, dependencies);
        prepare(next);
        const old = current;
        current = opened;
        services.push(opened);
        config = next.config;
        log.log.level = config.log.level;
        void old.idle().then(async () => {
          services.splice(services.indexOf(old), 1);
          await old.close();
        });
      } catch (error) {
        metrics.reloads.inc({ result: "refused" });
        throw error;
      }
      metrics.reloads.inc({ result: "done" });
      log.log.info({ items: Object.keys(config.items) }, "configuration reloaded");
    },
    stop: async () => {
      const [running, waiting] = [
        count(({ gate }) => gate.running)(),
        count(({ gate }) => gate.waiting)(),
      ];
      log.log.info({ in_flight: running, queued: waiting }, "rotator stopping");
      stopping.abort();
      for (const { gate } of services) gate.refuseWaiting();
      const open = [...services];
      const finished = await stopServer(servers.main, {
        shutdown: config.shutdown,
        idle: async () => void (await Promise.all(open.map(({ gate }) => gate.idle()))),
        release: async (limit) => {
          await notifier?.close(limit);
          await Promise.race([memory.heldLocks.close(), limit]);
          const closed = await Promise.all(open.map((one) => one.close(limit)));
          return !closed.includes(false);
        },
        clock,
      });
      servers.close();
      log.log.info({ finished }, "rotator stopped");
      return finished;
    },
  };
}

/** What the ports of a rotator need to know. */
interface PortOptions {
  readonly metrics: Metrics;
  readonly log: RotatorLog;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Opens both ports. Each request goes to the service that is the current one when it comes. */
async function openPorts(
  { config }: LoadedConfig,
  service: () => Service,
  { metrics, log, signal }: PortOptions,
) {
  const admin = createAdminServer(metrics, () => !signal.aborted);
  const adminPort = await bind(admin, config.metrics, "metrics.port");
  const observer: ListenObserver = {
    onServed: ({ expiresAt }) => metrics.certificateExpiry.set(expiresAt / 1000),
    onFailure: () => metrics.handshakesFailed.inc(),
    onEvicted: () => metrics.connectionsEvicted.inc(),
  };
  const main = await listen(
    (request, response) => service().handler(request, response),
    config,
    log.log,
    observer,
  ).catch((error: unknown) => {
    admin.close();
    throw error;
  });
  const scheme = main.secure ? "https" : "http";
  return {
    main: main.server,
    url: `${scheme}://${authority(config.listen.host, main.port)}${config.listen.path}`,
    metricsUrl: `http://${authority(config.metrics.host, adminPort)}`,
    close: () => {
      admin.close();
      admin.closeAllConnections();
    },
  };
}

/** Host and port as a URL writes them; "every address" is shown as this machine. */
function authority(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `localhost:${port}`;
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

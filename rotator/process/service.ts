import type { RequestListener } from "node:http";
import type { Clock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import { proxyFor } from "../../common/proxy.ts";
import { createAuthenticate } from "../authentication/authenticate.ts";
import { BoundItems } from "../authentication/bound-items.ts";
import { rememberVerdicts } from "../authentication/remember-verdicts.ts";
import { createRemoteValidator } from "../authentication/validator.ts";
import { readKey } from "../config/keys.ts";
import type { LoadedConfig } from "../config/load.ts";
import { createApp } from "../http/app.ts";
import type { Notifier } from "../notification/notifier.ts";
import type { RotatorLog } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { AccountMemory } from "../rotation/account-memory.ts";
import { createRotation } from "../rotation/create-rotation.ts";
import { Keyring } from "../rotation/keyring.ts";
import { rotateInTurn } from "../rotation/rotate-in-turn.ts";
import { rotateMapped } from "../rotation/rotate-mapped.ts";
import type { RotatableSystem } from "../rotation/rotation.ts";
import { createAdmission } from "../traffic/admission.ts";
import { Gate } from "../traffic/gate.ts";
import { createRateLimit } from "../traffic/rate-limit.ts";
import { measureValidate } from "./measure-validate.ts";
import { closeSystems, openSharedLock, openSystems } from "./open-systems.ts";

/**
 * Longest waits for a turn, in milliseconds. They and the validation count towards `rotation_ms`, so
 * that a request ends before the gateway gives up.
 */
const VALIDATION_WAIT_MS = 3_000;
const ROTATION_WAIT_MS = 5_000;

/** What stays when the configuration changes. */
export interface ServiceDependencies {
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Told of every rotation. */
  readonly notifier?: Notifier | undefined;
  readonly log: RotatorLog;
  /** What is known of accounts. */
  readonly memory: AccountMemory;
  /** Environment that systems read their secrets from. */
  readonly env: NodeJS.ProcessEnv;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
  /** Takes the place of the configured systems. */
  readonly systems?: ReadonlyMap<string, RotatableSystem> | undefined;
}

/** Everything that one configuration makes of a request, but for the port that it comes by. */
export interface Service {
  readonly handler: RequestListener;
  /** Bounds the rotations. */
  readonly gate: Gate;
  /** Resolves as soon as no request is in hand. */
  idle(): Promise<void>;
  /**
   * Releases systems and connections.
   *
   * @param limit resolves when nobody waits any longer
   * @returns whether all of them came to an end within the limit
   */
  close(limit?: Promise<unknown>): Promise<boolean>;
}

/**
 * Opens the systems of a configuration and what serves rotations with them.
 *
 * @throws KitError when a key or a system's configuration cannot work; nothing stays open then
 */
export async function openService(
  loaded: LoadedConfig,
  dependencies: ServiceDependencies,
): Promise<Service> {
  const { metrics, clock, log, env, stopping, notifier, memory } = dependencies;
  const { akeyless, items, keys, limits, listen } = loaded.config;
  const keyring = new Keyring(keys.map(readKey));
  const systems = dependencies.systems ?? (await openSystems(loaded, env, log.log));
  const sharedLock = await openSharedLock(loaded, env, log.log).catch(async (error: unknown) => {
    await closeSystems(systems, log.log);
    throw error;
  });
  const validator = createRemoteValidator(akeyless.validation_url, {
    caFile: akeyless.ca_file,
    proxy: proxyFor(new URL(akeyless.validation_url), env, akeyless.proxy),
    connections: limits.validations,
  });
  const { concurrency, queue } = limits;
  const gate = new Gate({ concurrency, queue, waitMs: ROTATION_WAIT_MS, clock });
  const validations = { concurrency: limits.validations, queue, waitMs: VALIDATION_WAIT_MS, clock };
  const bound = new BoundItems(items);
  const measured = measureValidate(validator.validate, metrics);
  const admission = createAdmission({
    authenticate: createAuthenticate({
      accessIds: akeyless.access_ids,
      items: bound,
      allowDryRun: akeyless.allow_dry_run,
      tokenBytes: limits.token_bytes,
      gate: new Gate(validations),
      validate: rememberVerdicts(measured, clock, akeyless.verdict_cache_ms),
      clock,
    }),
    items: bound,
    rateLimit: createRateLimit(limits.rate_per_minute, clock),
  });
  const parts = {
    keyring,
    systems,
    clock,
    memory,
    ...defined({ sharedLock }),
    limits: { totalMs: limits.rotation_ms },
  };
  const app = createApp({
    admission,
    rotation: rotateMapped(
      rotateInTurn(createRotation(parts), parts),
      ({ system, fields }) => fields ?? systems.get(system)?.fields,
    ),
    gate,
    metrics,
    notifier,
    log,
    stopping,
    path: listen.path,
    bodyBytes: limits.body_bytes,
    jsonDepth: limits.json_depth,
  });
  const inHand = new InHand();
  return {
    handler: (request, response) => {
      response.once("close", inHand.take());
      app(request, response);
    },
    gate,
    // A caller may hang up: then its rotation goes on without it.
    idle: async () => void (await Promise.all([inHand.none(), gate.idle()])),
    close: async (limit) => {
      validator.close();
      return closeSystems(systems, log.log, limit);
    },
  };
}

/** Counts what is being worked on. */
class InHand {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Takes one; the function that it returns gives it back. */
  take(): () => void {
    this.#count += 1;
    return () => {
      this.#count -= 1;
      if (this.#count > 0) return;
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
  }

  /** Resolves as soon as there is none. */
  async none(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

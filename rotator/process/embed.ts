import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import { loadConfig } from "../config/load.ts";
import { createRotatorLog } from "../observability/logger.ts";
import { parsePayload } from "../rotation/parse-payload.ts";
import { servedPassword } from "../rotation/strategies/strategy.ts";
import type { System } from "../systems/system.ts";
import { openSystems } from "./open-systems.ts";
import { startService as start } from "./start.ts";

/** Who calls a rotator and who vouches for the call, as the section `akeyless` of rotator.yaml. */
export interface AkeylessSection {
  /** Access ids of the gateways that may call. */
  readonly access_ids: readonly string[];
  /** Endpoint that proves the header AkeylessCreds. */
  readonly validation_url: string;
  /** CA of that endpoint, PEM. @default - the system's */
  readonly ca_file?: string;
}

/** Options of {@link startRotator}. */
export interface StartRotatorOptions {
  /** Path of a rotator.yaml, or what it would hold. */
  readonly config: string | Readonly<Record<string, unknown>>;
  /**
   * Another Akeyless than the configured one: in a test, `gateway.forRotator()`. What belongs to the
   * machine in production then has no effect: the rotator listens on a free port of loopback without
   * TLS, and derives passwords from a key of its own.
   */
  readonly akeyless?: AkeylessSection;
  /** Systems in place of the configured ones, by their names. @default - none */
  readonly systems?: Readonly<Record<string, System>>;
  /** Where `ROTATOR_…` settings and secrets of systems are read. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Takes each line of the log, with its line break. @default - standard output */
  readonly log?: (line: string) => void;
  /** @default - the machine's clock */
  readonly clock?: Clock;
}

/** A rotator in your own process. `await using` stops it at the end of the block. */
export interface Rotator extends AsyncDisposable {
  /** What a Web Target has to name; its host as this machine sees it. */
  readonly url: string;
  /** Base URL of /metrics, /livez and /readyz. */
  readonly metricsUrl: string;
  /**
   * Whether the system takes the user name and password of a payload now. Logs in once.
   * @throws RangeError when there is no such system
   * @throws Error when the system gives no definite answer
   */
  opens(system: string, payload: string): Promise<boolean>;
  /** Finishes what has begun and closes. Whether all ended within `shutdown.grace_ms`. */
  stop(): Promise<boolean>;
}

/** How long `opens` waits for a login, in milliseconds. */
const LOGIN_MS = 30_000;

/**
 * Starts a rotator in your own process: what `rotation-kit serve` does in one of its own.
 *
 * @throws ConfigError with everything that is wrong with the configuration
 * @throws KitError when a port is taken or a system cannot work
 */
export async function startRotator(options: StartRotatorOptions): Promise<Rotator> {
  const { config: given, akeyless, env = process.env, clock = systemClock } = options;
  const key = akeyless && (await throwAwayKey());
  try {
    const loaded = loadConfig({
      file: typeof given === "string" ? given : undefined,
      env,
      sections: {
        ...(typeof given === "object" && given),
        ...(akeyless && key && { ...LOOPBACK, akeyless, keys: [{ id: "test", file: key.file }] }),
      },
    });
    const log = createRotatorLog({
      level: loaded.config.log.level,
      ...defined({ write: options.log }),
    });
    const replaced = options.systems ?? {};
    const unknown = Object.keys(replaced).find((name) => !(name in loaded.config.systems));
    if (unknown !== undefined) {
      throw new RangeError(`the configuration has no system "${unknown}" to replace`);
    }
    const systems = await openSystems(loaded, env, log.log, replaced);
    const rotator = await start(loaded, { systems, env, clock, log });
    const stop = async () => {
      const finished = await rotator.stop();
      await key?.remove();
      return finished;
    };
    return {
      url: rotator.url,
      metricsUrl: rotator.metricsUrl,
      opens: async (name, payload) => {
        const system = systems.get(name)?.system;
        if (system === undefined) {
          throw new RangeError(`no system "${name}"; there are ${[...systems.keys()].join(", ")}`);
        }
        const parsed = parsePayload(payload);
        const credential = {
          username: parsed.fields.username,
          password: servedPassword(parsed) ?? "",
        };
        const signal = AbortSignal.timeout(LOGIN_MS);
        const probe = await system.probe(credential, { signal, clock, log: log.log });
        if (probe.result === "unknown") {
          throw new Error(`the system "${name}" gives no definite answer (${probe.reason})`);
        }
        return probe.result === "valid";
      },
      stop,
      [Symbol.asyncDispose]: async () => {
        await stop();
      },
    };
  } catch (error) {
    await key?.remove();
    throw error;
  }
}

const LOOPBACK = {
  listen: { host: "127.0.0.1", port: 0 },
  metrics: { host: "127.0.0.1", port: 0 },
};

/** A key in a file of its own, as rotator.yaml names keys. */
async function throwAwayKey() {
  const directory = await mkdtemp(join(tmpdir(), "rotation-kit-key-"));
  const file = join(directory, "key");
  await writeFile(file, randomBytes(32).toString("base64"), { mode: 0o600 });
  return { file, remove: () => rm(directory, { recursive: true, force: true }) };
}

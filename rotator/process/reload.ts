import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError, type ConfigSources, type LoadedConfig, loadConfig } from "../config/load.ts";
import type { RunningRotator } from "./start.ts";

/** Reloads the configuration of a rotator, one reload at a time. */
export interface Reloader {
  /** Reads the configuration and serves with it; where it cannot work, says so in the log. */
  reload(): void;
}

/**
 * Reloads a rotator's configuration when told to and, where `reload.watch_seconds` is set, when the
 * configuration or a key file is found changed. Files are compared by content: mounted secrets change
 * by a swapped symbolic link, which file watchers miss.
 *
 * @param loaded what the rotator was started with
 */
export function createReloader(
  rotator: RunningRotator,
  sources: ConfigSources,
  loaded: LoadedConfig,
): Reloader {
  let tried = fingerprint(loaded);
  let complained = "";
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const watch = ({ config }: LoadedConfig) => {
    clearInterval(timer);
    const { watch_seconds: seconds } = config.reload;
    timer = seconds > 0 ? setInterval(() => enqueue(true), seconds * 1000).unref() : undefined;
  };

  /** Whether there is something to try that was not tried, or not told, before. */
  const changed = () => {
    try {
      return fingerprint(loadConfig(sources)) !== tried;
    } catch (error) {
      return reasonOf(error) !== complained;
    }
  };

  const reload = async (onlyIfChanged: boolean): Promise<void> => {
    if (onlyIfChanged && !changed()) return;
    let next = loaded;
    try {
      await rotator.reload(() => {
        next = loadConfig(sources);
        tried = fingerprint(next);
        return next;
      });
      complained = "";
      watch(next);
    } catch (error) {
      complained = reasonOf(error);
      const problems = error instanceof ConfigError ? { problems: error.problems } : {};
      const reason = complained;
      rotator.log.error({ reason, ...problems }, "configuration not reloaded, the old one stays");
    }
  };

  const enqueue = (onlyIfChanged: boolean) => {
    running = running.then(() => reload(onlyIfChanged));
  };

  watch(loaded);
  return { reload: () => enqueue(false) };
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : "unknown");

/** Differs when a setting or a key does. */
function fingerprint({ config }: LoadedConfig): string {
  const hash = createHash("sha256").update(JSON.stringify(config));
  for (const { file } of config.keys) hash.update("\0").update(readFileSync(file));
  return hash.digest("base64");
}

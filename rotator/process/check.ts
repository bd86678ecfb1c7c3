import { stringify } from "yaml";
import { KitError } from "../../common/errors/kit-error.ts";
import { proxyFor } from "../../common/proxy.ts";
import { createRemoteValidator } from "../authentication/validator.ts";
import { ConfigError, type ConfigSources, type LoadedConfig, loadConfig } from "../config/load.ts";
import { effectiveConfig } from "../config/shown-config.ts";
import { warningsOf } from "../config/warnings.ts";
import { createRotatorLog } from "../observability/logger.ts";
import { printDocument } from "./documents.ts";
import { openRehearsed } from "./open-rehearsed.ts";
import { closeSystems, openSharedLock, openSystems } from "./open-systems.ts";
import { probeSystem } from "./probe-system.ts";
import { reachSystem } from "./reach.ts";

/** Whether one party answers. `skipped`: it has no address, it is started when needed. */
export interface Reach {
  readonly name: string;
  readonly result: "reached" | "skipped" | "unreachable";
  /** Why it could not be reached. */
  readonly reason?: string;
}

/** Options of `serve --check`. */
interface CheckOptions {
  readonly probe?: boolean;
  readonly json?: boolean;
}

/**
 * `serve --check`: reads the configuration, makes everything that a start makes except listening,
 * prints what takes effect, and with `probe` connects to Akeyless and to each system.
 *
 * @returns the exit code: 0; 2 when something could not be reached; 1, only with `json`, when a start
 * would fail
 * @throws KitError when a start would fail, without `json`
 */
export async function check(
  sources: ConfigSources,
  { probe = false, json = false }: CheckOptions,
): Promise<number> {
  try {
    return report(await look(loadConfig(sources), probe), json);
  } catch (error) {
    if (!json || !(error instanceof KitError)) throw error;
    const { code, message } = error;
    const problems = error instanceof ConfigError ? { problems: error.problems } : {};
    printDocument("serve-check", { ok: false, error: { code, message }, ...problems });
    return 1;
  }
}

/** What a check found out. */
interface Findings {
  readonly ok: boolean;
  readonly configuration: unknown;
  readonly directory: string;
  readonly warnings: readonly string[];
  readonly reached: readonly Reach[] | undefined;
}

async function look(loaded: LoadedConfig, probe: boolean): Promise<Findings> {
  const said: string[] = [];
  const write = (line: string) => {
    const { system, setting, msg } = JSON.parse(line) as Record<string, string | undefined>;
    said.push([[system, setting].filter(Boolean).join(", "), msg].filter(Boolean).join(": "));
  };
  const { log } = createRotatorLog({ level: "warn", write });
  const [lock, systems] = await Promise.allSettled([
    openSharedLock(loaded, process.env, log),
    openSystems(loaded, process.env, log),
  ]);
  if (systems.status === "fulfilled") await closeSystems(systems.value, log);
  const [failure, ...others] = [systems, lock].flatMap((one) =>
    one.status === "rejected" ? [one.reason] : [],
  );
  // Both are of use to anyone who corrects the configuration.
  if (failure instanceof KitError && others[0] instanceof KitError)
    throw KitError.restated(failure.code, `${failure.message}\n${others[0].message}`);
  if (failure !== undefined) throw failure;
  const reached = probe ? await reachAll(loaded) : undefined;
  return {
    ok: reached?.every(({ result }) => result !== "unreachable") ?? true,
    configuration: effectiveConfig(loaded.config),
    directory: loaded.directory,
    warnings: [...warningsOf(loaded.config), ...said],
    reached,
  };
}

function report(findings: Findings, json: boolean): number {
  const { ok, configuration, directory, warnings, reached = [] } = findings;
  if (json) printDocument("serve-check", findings);
  else {
    const lines = [
      ...reached.map(({ name, result, reason }) =>
        [name, result, reason].filter(Boolean).join(": "),
      ),
      ...warnings.map((sentence) => `warning: ${sentence}`),
      `Relative paths start at ${directory}.`,
      ok ? "The configuration is sound." : "Not everything can be reached.",
    ];
    process.stdout.write(stringify(configuration));
    process.stderr.write(`${lines.join("\n")}\n`);
  }
  return ok ? 0 : 2;
}

async function reachAll(loaded: LoadedConfig): Promise<Reach[]> {
  const { akeyless, systems, shared_lock: lock } = loaded.config;
  const validator = createRemoteValidator(akeyless.validation_url, {
    caFile: akeyless.ca_file,
    proxy: proxyFor(new URL(akeyless.validation_url), process.env, akeyless.proxy),
    connections: 1,
  });
  try {
    return await Promise.all([
      attempt(`akeyless (${akeyless.validation_url})`, async () => {
        await validator.reach();
        return true;
      }),
      ...Object.entries(systems).map(([name, system]) =>
        attempt(`system ${name}`, async () => {
          const reached = await reachSystem(name, system, loaded);
          return (await logsIn(name, system.test_account !== undefined, loaded)) || reached;
        }),
      ),
      ...(lock ? [attempt("shared_lock", () => reachSystem("The lock", lock, loaded))] : []),
    ]);
  } finally {
    validator.close();
  }
}

/**
 * Logs in with a system's test account, where it has one: once right and once wrong.
 * @throws KitError `system_unreachable`
 */
async function logsIn(name: string, hasAccount: boolean, loaded: LoadedConfig): Promise<boolean> {
  if (!hasAccount) return false;
  const { target, testAccount, log, close } = await openRehearsed({ loaded, system: name });
  try {
    if (testAccount === undefined) return false;
    const { ok, findings } = await probeSystem(target.system, testAccount, log);
    if (ok) return true;
    const problem = `test_account of ${name}: ${findings.join("; ")}`;
    throw KitError.restated("system_unreachable", `${problem}.`);
  } finally {
    await close();
  }
}

async function attempt(name: string, reach: () => Promise<boolean>): Promise<Reach> {
  try {
    return { name, result: (await reach()) ? "reached" : "skipped" };
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    return { name, result: "unreachable", reason: error.message };
  }
}

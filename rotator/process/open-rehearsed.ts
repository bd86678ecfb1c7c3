import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { schemaProblems } from "../../common/schema-problems.ts";
import { readKey } from "../config/keys.ts";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import { createRotatorLog } from "../observability/logger.ts";
import { Keyring } from "../rotation/keyring.ts";
import type { RotatableSystem } from "../rotation/rotation.ts";
import { type SystemConfig, systemConfigSchema } from "../systems/config.ts";
import type { SystemDependencies } from "../systems/dependencies.ts";
import { readSecret } from "../systems/secret-source.ts";
import type { Credential } from "../systems/system.ts";
import { openSystem } from "./open-systems.ts";

/** A system that is tried by hand, and what belongs to it. */
export interface OpenRehearsed {
  readonly target: RotatableSystem;
  readonly testAccount: Credential | undefined;
  readonly keyring: Keyring;
  readonly log: Logger;
  /** Keeps a secret out of the log. */
  secret(value: string): void;
  close(): Promise<void>;
}

/** Which system, and who hears of its requests. */
export interface RehearsedSource {
  /** Name of a system in the configuration. */
  readonly system?: string | undefined;
  /** rotator.yaml; default: variables of the environment. */
  readonly file?: string;
  /** The configuration, where it is read already. */
  readonly loaded?: LoadedConfig;
  /** A system as it would be under `systems`, which is in no configuration yet. */
  readonly entry?: object;
  readonly watch?: SystemDependencies["watch"];
}

/** Opens one system. @throws KitError where its configuration cannot work */
export async function openRehearsed(source: RehearsedSource): Promise<OpenRehearsed> {
  const { name, entry, directory, keyring } = source.entry
    ? ofEntry(source.entry)
    : ofConfig(source.loaded ?? loadConfig({ file: source.file, env: process.env }), source.system);
  const write = (line: string) => void process.stderr.write(line);
  const request = createRotatorLog({ level: "warn", write }).open("rehearsal");
  const { log } = request;
  const sources = { directory, environment: process.env };
  const dependencies = { name, log, ...sources, ...defined({ watch: source.watch }) };
  const target = await openSystem(entry, dependencies);
  const { test_account: account } = entry;
  const { username, ...members } = account ?? {};
  const password = await readSecret(members, "password", sources);
  return {
    target,
    testAccount:
      username !== undefined && password !== undefined ? { username, password } : undefined,
    keyring,
    log,
    secret: (value) => request.redactor.add(value),
    close: async () => target.system.close?.(),
  };
}

interface Found {
  readonly name: string;
  readonly entry: SystemConfig;
  readonly directory: string;
  readonly keyring: Keyring;
}

function ofConfig({ config, directory }: LoadedConfig, wanted: string | undefined): Found {
  const names = Object.keys(config.systems);
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  const entry = name === undefined ? undefined : config.systems[name];
  if (name === undefined || entry === undefined) {
    const problem = `${wanted === undefined ? "name a system" : `there is no system ${wanted}`}: ${names.join(", ")}`;
    throw new KitError("system_config_invalid", { problem });
  }
  return { name, entry, directory, keyring: new Keyring(config.keys.map(readKey)) };
}

/** Passwords are derived by a key that is gone afterwards: nothing of the rehearsal lasts. */
function ofEntry(entry: object): Found {
  const parsed = systemConfigSchema.safeParse(entry);
  if (!parsed.success) {
    const lines = schemaProblems(parsed.error.issues, entry).map(
      ({ path, message }) => `${path.join(".") || "the system"} ${message}`,
    );
    throw new KitError("system_config_invalid", { problem: lines.join("; ") });
  }
  const keyring = new Keyring([{ id: "rehearsal", material: randomBytes(32) }]);
  return { name: "rehearsed", entry: parsed.data, directory: process.cwd(), keyring };
}

import { readFileSync } from "node:fs";
import { readFailure } from "../../common/read-failure.ts";
import { readYaml, YamlError } from "../../common/yaml.ts";
import { listSettings, type Setting } from "./settings.ts";

/** Something wrong with the configuration, in words for the operator. */
export interface ConfigProblem {
  /** The setting, for instance `listen.port`, or the file or variable that holds it. */
  readonly where: string;
  readonly message: string;
}

/**
 * Whether Kubernetes set a variable, for a Service of the namespace that is called "rotator" or
 * "rotator-…". ROTATOR_METRICS_PORT may be either that or a setting; the value tells.
 */
function isServiceLink(name: string, value: string | undefined): boolean {
  if (/_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/.test(name)) return true;
  return name.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(value ?? "");
}

/** Names of the variables that should be settings. */
export function settingVariables(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).filter(
    (name) => name.startsWith("ROTATOR_") && !isServiceLink(name, env[name]),
  );
}

/**
 * Lays settings from the environment over the document of rotator.yaml. `ROTATOR_X` gives the value
 * itself, `ROTATOR_X_FILE` a file that holds it (a mounted secret). A variable wins over the file.
 */
export function applyEnvironment(
  document: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
): ConfigProblem[] {
  const names = settingVariables(env);
  if (names.length === 0) return [];
  const settings = new Map(listSettings().map((setting) => [setting.variable, setting]));
  return names.flatMap((name) => applyVariable(document, env, settings, name));
}

function applyVariable(
  document: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
  settings: ReadonlyMap<string, Setting>,
  name: string,
): ConfigProblem[] {
  const text = env[name] ?? "";
  const direct = settings.get(name);
  if (direct !== undefined) return assign(document, direct, text, name);
  const mounted = name.endsWith("_FILE") ? settings.get(name.slice(0, -"_FILE".length)) : undefined;
  if (mounted === undefined) {
    const message =
      "no setting has this environment variable; names that begin with ROTATOR_ are settings, so call other variables otherwise";
    return [{ where: name, message }];
  }
  if (env[mounted.variable] !== undefined) {
    return [{ where: name, message: `is set together with ${mounted.variable}; keep one of them` }];
  }
  try {
    return assign(document, mounted, readFileSync(text, "utf8").trimEnd(), name);
  } catch (error) {
    return [{ where: name, message: `names a file that cannot be read (${readFailure(error)})` }];
  }
}

function assign(
  document: Record<string, unknown>,
  setting: Setting,
  text: string,
  name: string,
): ConfigProblem[] {
  let value: unknown;
  try {
    value = readValue(setting, text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return [{ where: name, message: `is neither YAML nor JSON: ${error.message}` }];
  }
  let parent = document;
  for (const part of setting.path.slice(0, -1)) {
    const inner = parent[part];
    const next = isRecord(inner) ? inner : {};
    parent[part] = next;
    parent = next;
  }
  parent[setting.path.at(-1) ?? ""] = value;
  return [];
}

/** A string stays as it is, a list may be separated by commas, everything else is YAML. */
function readValue({ schema }: Setting, text: string): unknown {
  if (schema.type === "string") return text;
  const listOfStrings = schema.type === "array" && schema.items?.type === "string";
  if (listOfStrings && !text.trimStart().startsWith("[")) {
    return text.split(",").map((part) => part.trim());
  }
  return readYaml(text);
}

/** Whether a value is a map of names to values. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

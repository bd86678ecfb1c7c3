import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type * as z from "zod";
import { KitError } from "../../common/errors/kit-error.ts";
import { readFailure } from "../../common/read-failure.ts";
import { readYaml, YamlError } from "../../common/yaml.ts";
import { checkTlsGiven, checkTogether } from "./checks.ts";
import { applyEnvironment, type ConfigProblem, isRecord, settingVariables } from "./environment.ts";
import { resolvePaths } from "./paths.ts";
import { describeIssues } from "./problems.ts";
import { type RotatorConfig, rotatorConfigSchema } from "./schema.ts";

/** The configuration cannot be used; `problems` holds everything that is wrong with it. */
export class ConfigError extends KitError<"config_invalid"> {
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ where, message }) => `  - ${where}: ${message}`);
    super("config_invalid", { problem: [`${source} has ${count}:`, ...lines].join("\n") });
    this.problems = problems;
  }
}

/** Where a configuration comes from. */
export interface ConfigSources {
  /** Path of rotator.yaml; without it the environment has to give everything. */
  readonly file?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Whole sections that take the place of what file and environment say. */
  readonly sections?: Readonly<Record<string, unknown>>;
}

/** A sound configuration. */
export interface LoadedConfig {
  readonly config: RotatorConfig;
  /** Directory that relative paths start from: that of rotator.yaml, else the working directory. */
  readonly directory: string;
}

/** The settings of one system. */
export interface LoadedSystem {
  readonly config: RotatorConfig["systems"][string];
  /** Directory that relative paths start from. */
  readonly directory: string;
}

/**
 * Reads rotator.yaml, lays the environment over it, and checks the result together with the files
 * that it names.
 *
 * @throws ConfigError that lists all problems at once.
 */
export function loadConfig({ file, env, sections }: ConfigSources): LoadedConfig {
  const directory = file === undefined ? process.cwd() : dirname(resolve(file));
  const source = sections && !file ? "the configuration" : sourceOf(file, env);
  const document = file === undefined ? {} : readDocument(file);
  const problems = applyEnvironment(document, env);
  Object.assign(document, sections);
  const result = rotatorConfigSchema.safeParse(document);
  if (!result.success) {
    problems.push(...describeIssues(result.error.issues, document));
  }
  problems.push(...checkTlsGiven(document));
  problems.push(...checkTogether(resolvePaths(validSections(document), directory)));
  if (!result.success || problems.length > 0) throw new ConfigError(source, problems);
  return { config: resolvePaths(result.data, directory), directory };
}

/**
 * Reads the settings of one system alone: for who has the file, but not the keys and certificates that
 * it names.
 *
 * @throws ConfigError also where the system is not configured
 */
export function loadSystem({ file, env }: ConfigSources, name: string): LoadedSystem {
  const directory = file === undefined ? process.cwd() : dirname(resolve(file));
  const document = file === undefined ? {} : readDocument(file);
  const problems = applyEnvironment(document, env);
  const systems = isRecord(document.systems) ? document.systems : {};
  const only = { [name]: Object.hasOwn(systems, name) ? systems[name] : undefined };
  const result = rotatorConfigSchema.shape.systems.safeParse(only);
  const config = result.success ? result.data[name] : undefined;
  if (!result.success) {
    const issues = result.error.issues.map((issue) => ({
      ...issue,
      path: ["systems", ...issue.path],
    }));
    problems.push(...describeIssues(issues, { systems: only }));
  }
  if (config === undefined || problems.length > 0)
    throw new ConfigError(sourceOf(file, env), problems);
  return { config, directory };
}

/** What people have to look at: variables may be wrong where the file is not. */
function sourceOf(file: string | undefined, env: NodeJS.ProcessEnv): string {
  if (file === undefined) return "the environment";
  return settingVariables(env).length === 0 ? file : `${file} with the environment`;
}

function readDocument(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const message = `cannot be read (${readFailure(error)})`;
    throw new ConfigError(file, [{ where: "file", message }]);
  }
  let document: unknown;
  try {
    document = readYaml(text) ?? {};
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new ConfigError(file, [{ where: "file", message: `is not YAML: ${error.message}` }]);
  }
  if (isRecord(document)) return document;
  throw new ConfigError(file, [{ where: "file", message: "must hold settings, one a line" }]);
}

/** The sections that are sound by themselves, so that one bad section does not hide the others. */
function validSections(document: Record<string, unknown>): Partial<RotatorConfig> {
  const shape: Record<string, z.ZodType> = rotatorConfigSchema.shape;
  const sections: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const section = schema.safeParse(document[name]);
    if (section.success) sections[name] = section.data;
  }
  return sections as Partial<RotatorConfig>;
}

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Logger } from "pino";
import * as z from "zod";
import type { EnvironmentVariables } from "../../common/environment-variables.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { readFailure } from "../../common/read-failure.ts";

/** Where secrets may come from. */
export interface SecretSources {
  readonly environment: EnvironmentVariables;
  /** Directory that relative paths of the configuration start from. */
  readonly directory: string;
  /** Hears of secrets that are probably not what they were meant to be. */
  readonly log?: Pick<Logger, "warn">;
}

const file = z.string().min(1);
const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

/**
 * The members by which a secret is configured: `<name>_file` or `<name>_env`. The secret itself is
 * never part of the configuration, so that a configuration file can be shown to anybody.
 */
export function secretMembers<Name extends string>(name: Name) {
  return {
    [`${name}_file`]: file.optional().describe(`File that holds the ${name}.`),
    [`${name}_env`]: environmentName.optional().describe(`Variable that holds the ${name}.`),
  } as Record<`${Name}_file` | `${Name}_env`, z.ZodOptional<z.ZodString>>;
}

/**
 * Reads a secret that `secretMembers` describes; `undefined` where none is configured. One line
 * break at its end is not part of the secret, whether it comes from a file or a variable; what else
 * nobody can see is a warning. Sentences name the setting, not its value, see `readFailure`.
 *
 * @throws KitError secret_unreadable when it is configured and cannot be read or is empty
 */
export async function readSecret(
  members: Readonly<Record<string, string | undefined>>,
  name: string,
  sources: SecretSources,
): Promise<string | undefined> {
  const path = members[`${name}_file`];
  const variable = members[`${name}_env`];
  const value =
    path !== undefined
      ? await readFileOf(resolve(sources.directory, path), `${name}_file`)
      : variable !== undefined
        ? sources.environment[variable]?.replace(LINE_END, "")
        : undefined;
  if (value) {
    const setting = path === undefined ? `${name}_env` : `${name}_file`;
    if (INVISIBLE.test(value))
      sources.log?.warn(
        { setting },
        "the secret begins or ends with white space, or holds characters that nobody can see",
      );
    return value;
  }
  if (path !== undefined) throw unreadable(`The file of ${name}_file is empty.`);
  if (variable === undefined) return undefined;
  const state = value === undefined ? "not set" : "empty";
  throw unreadable(`The environment variable that ${name}_env names is ${state}.`);
}

/**
 * Reads a file of the configuration, without the line break at its end.
 * @throws KitError secret_unreadable
 */
export async function readFileOf(path: string, setting: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(LINE_END, "");
  } catch (cause) {
    throw unreadable(`The file of ${setting} cannot be read (${readFailure(cause)}).`, cause);
  }
}

const LINE_END = /\r?\n$/;
/** White space at an end, control and formatting characters anywhere. */
const INVISIBLE = /^\s|\s$|[\p{Cc}\p{Cf}]/u;

function unreadable(sentence: string, cause?: unknown): KitError {
  return new KitError("secret_unreadable", { problem: sentence }, { cause });
}

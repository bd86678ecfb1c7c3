import { access, constants, open, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { KitError } from "../../../common/errors/kit-error.ts";
import { readFailure } from "../../../common/read-failure.ts";
import { BASE_ENVIRONMENT } from "./run.ts";

/**
 * Sees that a file can be executed, by its owner's will only.
 * @throws KitError system_config_invalid
 */
export async function checkExecutable(path: string, place: string): Promise<void> {
  const refuse = (why: string, cause?: unknown) =>
    new KitError("system_config_invalid", { problem: `${place} ${why}: ${path}.` }, { cause });
  const info = await stat(path).catch((cause: unknown) => {
    throw refuse(`cannot be executed (${readFailure(cause)})`, cause);
  });
  if (!info.isFile()) throw refuse("is not a file");
  await access(path, constants.X_OK).catch((cause: unknown) => {
    throw refuse("cannot be executed: this user may not execute it", cause);
  });
  // Anyone who can change the file can read every password that is rotated.
  if (info.mode & 0o002) throw refuse("may be changed by every user of the machine");
}

/** Sees that a folder is there. @throws KitError system_config_invalid */
export async function checkFolder(path: string, place: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) return;
  throw new KitError("system_config_invalid", { problem: `${place} is not a folder: ${path}.` });
}

/** As much of a script's first line as Linux reads. */
const MAX_FIRST_LINE = 256;

/**
 * Sees that the interpreter that a script names in its first line is there, also where `env` looks it
 * up. Without it the system answers "no such file" although the script is there.
 *
 * @param searched the command's own PATH
 * @throws KitError system_config_invalid
 */
export async function checkInterpreter(
  path: string,
  place: string,
  searched = BASE_ENVIRONMENT.PATH,
): Promise<void> {
  const line = await firstLine(path);
  if (!line.startsWith("#!")) return;
  const [interpreter = "", ...words] = line
    .slice(2)
    .replace(/^[ \t]+|[ \t]+$/g, "")
    .split(/[ \t]+/);
  const name = words.find((word) => !word.startsWith("-") && !word.includes("="));
  const isLookedUp = basename(interpreter) === "env" && name !== undefined;
  const candidates = isLookedUp
    ? searched.split(":").map((folder) => join(folder, name))
    : [interpreter];
  for (const candidate of candidates) if (await isExecutable(candidate)) return;
  const missing = JSON.stringify(isLookedUp ? name : interpreter);
  const ends = line.endsWith("\r") ? " Its lines end as on Windows." : "";
  throw new KitError("system_config_invalid", {
    problem: `${place} names the interpreter ${missing}, which is not there: ${path}.${ends}`,
  });
}

/** The first line of a file, with a carriage return at its end. */
async function firstLine(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  // A program need not be readable to be executed; a script must be.
  if (file === undefined) return "";
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_FIRST_LINE), 0, MAX_FIRST_LINE);
    const [line = ""] = buffer.toString("latin1", 0, bytesRead).split("\n", 1);
    return line;
  } finally {
    await file.close();
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

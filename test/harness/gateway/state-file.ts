import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { KitError } from "../../../common/errors/kit-error.ts";
import { type AccountIdentity, parseUsers } from "./identity.ts";
import {
  applyChanges,
  type GatewayState,
  parseChange,
  parseState,
  type StateChange,
} from "./state.ts";

/**
 * The account in a file that survives the end of the process at any moment. The first line is the
 * whole state, each further line one change. A line is written before the call that made the change
 * is answered; a last line that was cut off is a change that nobody was told of, and is dropped.
 * It is written for the end of a process, not for a power failure: nothing is synced to the disk.
 */
export interface StateFile {
  /** What the file holds; undefined where there is none yet. */
  readonly state: GatewayState | undefined;
  /** Writes a whole state in one step. */
  replace(state: GatewayState): void;
  append(change: StateChange): void;
}

/** Opens the file; `state_file_unreadable` for a file of something else. */
export function openStateFile(file: string): StateFile {
  const state = read(file);
  return {
    state,
    replace: (next) => {
      const beside = `${file}.new`;
      writeFileSync(beside, `${JSON.stringify(next)}\n`, { mode: 0o600 });
      renameSync(beside, file);
    },
    append: (change) => appendFileSync(file, `${JSON.stringify(change)}\n`, { mode: 0o600 }),
  };
}

function read(file: string): GatewayState | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(file, error);
  }
  // What follows the last line break was cut off while it was written.
  const [head = "", ...changes] = text.split("\n").slice(0, -1);
  try {
    return applyChanges(
      parseState(JSON.parse(head)),
      changes.map((line) => parseChange(JSON.parse(line))),
    );
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** A state in a file as `--export` writes it. */
export function readState(file: string): GatewayState {
  try {
    return parseState(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** API users in a file. */
export function readUsers(file: string): AccountIdentity["users"] {
  try {
    return parseUsers(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    // Names of fields and what is wrong with them; zod tells no value.
    const why = error instanceof z.ZodError ? z.prettifyError(error) : codeOf(error);
    throw new KitError("users_file_invalid", { file, why }, { cause: error });
  }
}

function unreadable(file: string, cause: unknown): KitError {
  const why = codeOf(cause, "it is not a state of the emulated gateway");
  return new KitError("state_file_unreadable", { file, why }, { cause });
}

/** The system's code. Never a parser's own words: they show what the file holds. */
function codeOf(error: unknown, otherwise = "it is not JSON"): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? otherwise;
}

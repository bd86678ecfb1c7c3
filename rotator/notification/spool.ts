import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KitError } from "../../common/errors/kit-error.ts";
import { readFailure } from "../../common/read-failure.ts";
import { type Message, messageSchema } from "./message.ts";

/** Keeps messages until they are delivered. */
export interface Spool {
  /** Whether what it keeps outlives the process. */
  readonly lasts: boolean;
  keep(message: Message): Promise<void>;
  forget(id: string): Promise<void>;
}

const NAME = /^[0-9a-f-]{36}\.json$/;

/** Keeps nothing beyond the process. */
export const IN_MEMORY: Spool = { lasts: false, keep: async () => {}, forget: async () => {} };

/**
 * Opens a folder of messages, one file each, and reads what an earlier process has left.
 *
 * @param most messages that are taken up; the rest stays for the next start
 * @throws KitError config_invalid where the folder cannot be used
 */
export async function openSpool(
  directory: string,
  most: number,
): Promise<{ spool: Spool; left: Message[] }> {
  const fileOf = (id: string) => join(directory, `${id}.json`);
  const left: Message[] = [];
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const names = (await readdir(directory)).filter((name) => NAME.test(name)).slice(0, most);
    for (const name of names) {
      const message = parse(await readFile(join(directory, name), "utf8"));
      if (message) left.push(message);
    }
  } catch (cause) {
    const problem = `notify.directory cannot be used (${readFailure(cause)}).`;
    throw new KitError("config_invalid", { problem }, { cause });
  }
  return {
    left,
    spool: {
      lasts: true,
      // Renamed when whole: a file that a kill has cut would not be read.
      keep: async (message) => {
        await writeFile(`${fileOf(message.id)}.new`, JSON.stringify(message), { mode: 0o600 });
        await rename(`${fileOf(message.id)}.new`, fileOf(message.id));
      },
      forget: (id) => rm(fileOf(id), { force: true }),
    },
  };
}

function parse(text: string): Message | undefined {
  try {
    return messageSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

import type { Logger } from "pino";
import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { checkExecutable, checkInterpreter } from "../systems/command/check-files.ts";
import { readSecret } from "../systems/secret-source.ts";
import type { NotifyConfig } from "./config.ts";
import { createDeliver } from "./deliver.ts";
import { createNotifier, type Notifier, type NotifierParts } from "./notifier.ts";
import { IN_MEMORY, openSpool } from "./spool.ts";

/** Fewer characters of a signing secret could be guessed from one message. */
const LEAST_SECRET = 16;

/** Where a notifier lives. */
export interface NotifierSurroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Directory that relative paths start from. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly count: NotifierParts["count"];
}

/**
 * Makes the notifier of a configuration. Nothing is sent before it is started.
 *
 * @throws KitError secret_unreadable, system_config_invalid or config_invalid
 */
export async function createConfiguredNotifier(
  config: NotifyConfig,
  { env: environment, directory, clock, log, count }: NotifierSurroundings,
): Promise<Notifier> {
  const { secret_file, secret_env, command, queue, attempts, delay_ms: delayMs } = config;
  const members = { secret_file, secret_env };
  const secret = (await readSecret(members, "secret", { environment, directory, log })) ?? "";
  if (secret.length < LEAST_SECRET) {
    const problem = `The secret of notify has fewer than ${LEAST_SECRET} characters.`;
    throw new KitError("config_invalid", { problem });
  }
  if (command !== undefined) {
    await checkExecutable(command, "notify.command");
    await checkInterpreter(command, "notify.command");
  }
  const { spool, left } =
    config.directory === undefined
      ? { spool: IN_MEMORY, left: [] }
      : await openSpool(config.directory, queue);
  const deliver = createDeliver(config, secret, clock);
  const bounds = { queue, attempts, delayMs };
  return createNotifier({ deliver, spool, left, bounds, clock, log, count });
}

import type { Logger } from "pino";
import type { SecretSources } from "./secret-source.ts";

/** What a system needs from the process around it. */
export interface SystemDependencies extends SecretSources {
  /** The system's name in the configuration, for messages. */
  readonly name: string;
  readonly log: Logger;
}

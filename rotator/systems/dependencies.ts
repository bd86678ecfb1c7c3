import type { Logger } from "pino";
import type { SecretSources } from "./secret-source.ts";

/** What a system needs from the process around it. */
export interface SystemDependencies extends SecretSources {
  /** The system's name in the configuration, for messages. */
  readonly name: string;
  readonly log: Logger;
  /** Hears of each request to the system, for a person who watches; secrets are masked. */
  readonly watch?: (exchange: WatchedExchange) => void;
}

/** A request as it is shown, and what became of it. */
export interface WatchedExchange {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status of the answer, where there is one. */
  readonly status?: number;
  /** How the recipe reads it. */
  readonly conclusion: string;
}

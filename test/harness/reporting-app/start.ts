import { type Clock, systemClock } from "../../../common/clock.ts";
import { FaultBoard } from "../faults.ts";
import type { KeyPair } from "../key-pair.ts";
import { listenOnLoopback } from "../loopback.ts";
import { type AccountRules, Accounts, type NewAccount } from "./accounts.ts";
import { EventLog } from "./event-log.ts";
import { DEFAULT_APPLICATION_POLICY } from "./policy.ts";
import { createRoutes } from "./routes.ts";
import { Sessions } from "./sessions.ts";

const MINUTE = 60_000;

/** How to start the application; everything has a default that suits a test. */
export interface ReportingAppOptions extends Partial<AccountRules> {
  /** Serves HTTPS with this certificate; without one, plain HTTP. */
  readonly certificate?: KeyPair;
  /** Default: any free port. */
  readonly port?: number;
  readonly accounts?: readonly NewAccount[];
  /** Time for locks, sessions and delays. Default: the machine's clock. */
  readonly clock?: Clock;
  /** How long a session lives, in milliseconds. Default 15 minutes. */
  readonly sessionLifetime?: number;
}

/** The running application. */
export interface ReportingApp {
  readonly url: string;
  /** Who did what, never with a password. */
  readonly events: EventLog;
  /** Faults that strike logins (`login`) and password changes (`change`). */
  readonly faults: FaultBoard;
  /** Whether a password opens an account, asked behind the application's back: neither logged nor
   * counted towards the lock-out. */
  accepts(username: string, password: string): Promise<boolean>;
  isLocked(username: string): boolean;
  /** Creates an account, or replaces it as if by hand. */
  createAccount(account: NewAccount): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the on-premises reporting application of the documentation's example on loopback. */
export async function startReportingApp(options: ReportingAppOptions = {}): Promise<ReportingApp> {
  const { clock = systemClock, certificate, port } = options;
  const now = () => clock.now();
  const stopping = new AbortController();
  const events = new EventLog(now);
  const accounts = new Accounts(rules(options), now, events);
  for (const account of options.accounts ?? []) await accounts.create(account);
  const faults = new FaultBoard({
    login: ["error-before", "reset-before", "slow", "locked"],
    change: [
      "error-before",
      "error-after",
      "reset-before",
      "reset-after",
      "slow",
      "late",
      "overlap",
      "reject-policy",
      "reject-reuse",
      "read-only",
    ],
  });
  const sessions = new Sessions(options.sessionLifetime ?? 15 * MINUTE, now);
  const context = { accounts, sessions, events, faults, clock, stopped: stopping.signal };
  const server = await listenOnLoopback(createRoutes(context), {
    ...(port !== undefined && { port }),
    ...(certificate && { certificate }),
  });
  return {
    url: server.url,
    events,
    faults,
    accepts: (username, password) => accounts.accepts(username, password),
    isLocked: (username) => accounts.isLocked(username),
    createAccount: (account) => accounts.create(account),
    stop: async () => {
      stopping.abort();
      await server.stop();
    },
  };
}

function rules(options: ReportingAppOptions): AccountRules {
  return {
    policy: options.policy ?? DEFAULT_APPLICATION_POLICY,
    history: options.history ?? 5,
    lockAfter: options.lockAfter ?? 5,
    lockFor: options.lockFor ?? 15 * MINUTE,
    forgetAfter: options.forgetAfter ?? Number.POSITIVE_INFINITY,
    hashCost: options.hashCost ?? 2 ** 10,
  };
}

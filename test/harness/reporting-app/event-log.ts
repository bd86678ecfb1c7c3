/** What happened in the application. There is no event that could carry a password. */
export type ApplicationEvent =
  | "login-succeeded"
  | "login-failed"
  | "login-refused-while-locked"
  | "account-locked"
  | "password-changed"
  | "password-rejected"
  | "current-password-wrong"
  | "change-refused-read-only";

/** One line of the application's audit log. */
export interface LoggedEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: ApplicationEvent;
  readonly username: string;
}

/** The application's audit log, for tests to read. */
export class EventLog {
  readonly #events: LoggedEvent[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(event: ApplicationEvent, username: string): void {
    this.#events.push({ at: this.#now(), event, username });
  }

  /** All events in order, or those of one kind. */
  all(event?: ApplicationEvent): readonly LoggedEvent[] {
    return this.#events.filter((logged) => event === undefined || logged.event === event);
  }

  clear(): void {
    this.#events.length = 0;
  }
}

import { onTestFinished } from "vitest";
import {
  type ReportingApp,
  type ReportingAppOptions,
  startReportingApp,
} from "../../../harness/reporting-app/index.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";

/** The service account of the documentation's example, and an administrator. */
export const SERVICE = { username: "svc-reporting", password: "First-password-1" };
export const ADMIN = { username: "admin", password: "Admin-password-1", admin: true };

/** An answer of the application; `body` is undefined where it has none. */
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** A running application and the calls of its API. */
interface Stage {
  readonly app: ReportingApp;
  readonly clock: VirtualClock;
  send(method: string, path: string, body?: object, session?: string): Promise<Answer>;
  login(username: string, password: string): Promise<Answer>;
  /** Logs in and returns the session's token. */
  session(account: { username: string; password: string }): Promise<string>;
  /** Changes the service account's own password with its current one. */
  changeOwn(next: string, session?: string): Promise<Answer>;
}

/** Starts the application for one test, with cheap hashes and a clock that does not move. */
export async function setAppStage(options: ReportingAppOptions = {}): Promise<Stage> {
  const clock = new VirtualClock();
  const app = await startReportingApp({
    accounts: [SERVICE, ADMIN],
    hashCost: 2 ** 8,
    clock,
    ...options,
  });
  onTestFinished(app.stop);
  const send = async (method: string, path: string, body?: object, session?: string) => {
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(session !== undefined && { authorization: `Bearer ${session}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  const login = (username: string, password: string) =>
    send("POST", "/api/login", { username, password });
  const session = async ({ username, password }: { username: string; password: string }) =>
    String((await login(username, password)).body?.token);
  return {
    app,
    clock,
    send,
    login,
    session,
    changeOwn: async (next, given) =>
      send(
        "POST",
        "/api/me/password",
        { current_password: SERVICE.password, new_password: next },
        given ?? (await session(SERVICE)),
      ),
  };
}

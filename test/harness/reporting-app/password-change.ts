import type { Request, Response } from "express";
import type { Clock } from "../../../common/clock.ts";
import type { Fault, FaultBoard } from "../faults.ts";
import type { Accounts } from "./accounts.ts";
import type { EventLog } from "./event-log.ts";
import type { Sessions } from "./sessions.ts";

/** What a password change needs. */
export interface ChangeContext {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly events: EventLog;
  readonly faults: FaultBoard;
  readonly clock: Clock;
  /** Aborts when the application stops: changes that were to be applied later are dropped. */
  readonly stopped: AbortSignal;
}

/** Sets a password, with the fault that is due, and answers 204 or 422. */
export async function changePassword(
  context: ChangeContext,
  username: string,
  password: string,
  request: Request,
  response: Response,
): Promise<void> {
  const fault = context.faults.take("change");
  if (await struckBefore(fault, context, username, request, response)) return;
  const change = await context.accounts.prepare(username, password);
  if ("refusal" in change) {
    response.status(422).json({ error: "password_policy", message: change.refusal });
    return;
  }
  if (fault?.name === "late") {
    commitLater(context, username, fault, change.commit);
    response.status(204).end();
    return;
  }
  change.commit(fault?.name === "overlap" ? fault.milliseconds : 0);
  context.sessions.end(username);
  if (fault?.name === "error-after") response.status(502).json({ error: "bad_gateway" });
  else if (fault?.name === "reset-after") request.socket.destroy();
  else response.status(204).end();
}

/** Plays the faults that strike before the commit; true when the request is over. */
async function struckBefore(
  fault: Fault | undefined,
  context: ChangeContext,
  username: string,
  request: Request,
  response: Response,
): Promise<boolean> {
  switch (fault?.name) {
    case "error-before":
      response.status(500).json({ error: "internal_error" });
      return true;
    case "reset-before":
      request.socket.destroy();
      return true;
    case "read-only":
      context.events.add("change-refused-read-only", username);
      response.status(503).json({ error: "read_only", message: "maintenance in progress" });
      return true;
    case "reject-policy":
      context.events.add("password-rejected", username);
      response.status(422).json({ error: "password_policy", message: "the policy refuses it" });
      return true;
    case "reject-reuse":
      context.events.add("password-rejected", username);
      response.status(422).json({ error: "password_policy", message: "used before" });
      return true;
    case "slow":
      await context.clock.sleep(fault.milliseconds, context.stopped);
      return false;
    default:
      return false;
  }
}

function commitLater(
  { clock, sessions, stopped }: ChangeContext,
  username: string,
  fault: Fault,
  commit: () => void,
): void {
  clock.sleep(fault.milliseconds, stopped).then(
    () => {
      commit();
      sessions.end(username);
    },
    () => undefined, // The application stopped first: what was not applied is lost, as in life.
  );
}

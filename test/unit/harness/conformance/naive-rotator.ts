import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { decodeJwt } from "jose";

/** Ways in which a rotator can be written without thought. */
export interface Habits {
  /** Says that all is well to every GET. */
  readonly answersGet?: boolean;
  /** Lets the token say which gateway it expects. */
  readonly anyGateway?: boolean;
  /** Looks up what it answered before, and writes it down a little later. */
  readonly slowNotes?: boolean;
  /** Remembers nothing: another password for every request. */
  readonly forgetful?: boolean;
  /** Tells what the system said. */
  readonly tells?: boolean;
}

/** A rotator of forty lines. Without habits it is careful. */
export function naiveRotator(
  passwords: Map<string, string>,
  validator: string,
  habits: Habits,
): RequestListener {
  const answered = new Map<string, string>();
  return async (request, response): Promise<void> => {
    const answer = (status: number, text: string): void => {
      response.writeHead(status).end(text);
    };
    if (request.method !== "POST") return answer(habits.answersGet ? 200 : 405, "");
    let body = "";
    for await (const chunk of request) if (body.length < 1_000_000) body += chunk;
    if (body.length >= 1_000_000) return answer(413, "too large");
    const creds = String(request.headers.akeylesscreds ?? "");
    const expected = habits.anyGateway ? claimOf(creds) : "p-gateway";
    if (!(await isGenuine(validator, creds, expected))) return answer(401, "who are you");
    const payload = payloadOf(body);
    if (!payload) return answer(400, "wrong request");
    const { username, password } = payload;
    const before = habits.forgetful ? undefined : answered.get(password);
    if (!before && passwords.get(username) !== password)
      return answer(500, habits.tells ? `wrong password ${password}` : "refused");
    if (habits.slowNotes) await pause(200);
    const next = before ?? randomBytes(12).toString("hex");
    answered.set(password, next);
    passwords.set(username, next);
    answer(200, JSON.stringify({ payload: JSON.stringify({ username, password: next }) }));
  };
}

async function isGenuine(validator: string, creds: string, expected: string): Promise<boolean> {
  const asked = { creds, expected_access_id: expected, expected_item_name: "/conformance" };
  const response = await fetch(validator, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(1_500),
    body: JSON.stringify(asked),
  }).catch(() => undefined);
  const answer: unknown = await response?.json().catch(() => undefined);
  return response?.status === 200 && (answer as { access_id?: string })?.access_id === expected;
}

function claimOf(creds: string): string {
  return creds === "" ? "" : String(decodeJwt(creds).access_id);
}

function payloadOf(body: string): { username: string; password: string } | undefined {
  try {
    const { payload } = JSON.parse(body) as { payload: string };
    return JSON.parse(payload) as { username: string; password: string };
  } catch {
    return undefined;
  }
}

import { defined } from "../../common/defined.ts";
import { ACCOUNT_STATES, type AccountState, type Credential } from "../systems/system.ts";

/** The members that results of a system's verbs can have. */
export interface ReadResult {
  readonly result: string;
  readonly reason?: string;
  readonly key?: Credential;
  readonly account?: AccountState;
  readonly authority?: "account" | "admin";
  readonly sent?: false;
  readonly refused?: true;
  readonly status?: number;
}

/** The one result that brings something with it, and is worth nothing without. */
const BRINGS_KEY = "created";

/**
 * A copy of what a verb resulted in, or undefined where it is none of these results. A system may be
 * anybody's module: nothing of it is believed, and nothing of it is looked at again later. A secret
 * that is not text would not even be found in a line of the log.
 */
export function readResult<T extends ReadResult>(
  value: unknown,
  results: readonly T["result"][],
): T | undefined {
  try {
    const { result, reason, key, ...others } = value as Record<keyof ReadResult, unknown>;
    if (typeof result !== "string" || !results.includes(result)) return undefined;
    if (reason !== undefined && typeof reason !== "string") return undefined;
    const read = {
      result,
      ...defined({ reason: reason === undefined ? undefined : publicReason(reason) }),
      ...readDetails(others),
    };
    if (result !== BRINGS_KEY) return read as T;
    const { username, password } = key as Record<keyof Credential, unknown>;
    if (!isText(username) || !isText(password)) return undefined;
    return { ...read, key: { username, password } } as unknown as T;
  } catch {
    return undefined; // not even an object, or one whose members throw
  }
}

/** What a result may tell beside its kind. A detail that is not of its form is as good as not told. */
function readDetails({
  account,
  authority,
  sent,
  refused,
  status,
}: Partial<Record<keyof ReadResult, unknown>>) {
  const state = ACCOUNT_STATES.find((known) => known === account);
  const isStatus = Number.isInteger(status) && Number(status) >= 100 && Number(status) <= 599;
  return defined({
    account: state,
    authority: authority === "account" || authority === "admin" ? authority : undefined,
    sent: sent === false ? sent : undefined,
    refused: refused === true ? refused : undefined,
    status: isStatus ? Number(status) : undefined,
  });
}

/** Reasons reach logs and callers: they are short codes, never what a target has answered. */
function publicReason(reason: string): string {
  return /^\w{1,64}$/.test(reason) ? reason : "reason_withheld";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { systemClock } from "../../common/clock.ts";
import type { Credential, Probe, System } from "../systems/system.ts";

/** Longest time of one login, in milliseconds. */
const LOGIN_MS = 10_000;

/** What two logins showed. */
export interface ProbedSystem {
  /** Whether a rotation can rely on this probe: right is valid, and wrong is invalid. */
  readonly ok: boolean;
  readonly right: Probe;
  /** Absent where the right password did not work: nothing more is tried then. */
  readonly wrong?: Probe;
  /** What is wrong, and what to do about it. */
  readonly findings: readonly string[];
}

/**
 * Logs in once with the credential, and once with a wrong password. Changes nothing; costs the account
 * one failed login.
 */
export async function probeSystem(
  system: System,
  credential: Credential,
  log: Logger,
): Promise<ProbedSystem> {
  const probe = async (password: string): Promise<Probe> => {
    const signal = AbortSignal.timeout(LOGIN_MS);
    const context = { signal, log, clock: systemClock };
    try {
      return await system.probe({ ...credential, password }, context);
    } catch {
      return { result: "unknown", reason: "threw" };
    }
  };
  const right = await probe(credential.password);
  if (right.result !== "valid") return { ok: false, right, findings: [whyNotValid(right)] };
  const wrong = await probe(`Wrong-${randomBytes(12).toString("base64url")}-1!`);
  const findings = [
    ...(right.account
      ? [`the password is right, but the account cannot be used: ${right.account}`]
      : []),
    ...(wrong.result === "invalid" ? [] : [whyNotInvalid(wrong)]),
  ];
  return { ok: findings.length === 0, right, wrong, findings };
}

function whyNotValid(probe: Probe): string {
  if (probe.result === "invalid") return "the given password is refused: correct it";
  return `the system does not say whether the password is right (${probeReason(probe)})`;
}

function whyNotInvalid(probe: Probe): string {
  if (probe.result === "valid")
    return "a wrong password is taken too: the probe proves nothing, or the system asks for no login";
  return `a wrong password is not told apart from an outage (${probeReason(probe)}): a lost answer would never be found`;
}

/** How a probe ended, in a few words. */
export function probeReason(probe: Probe): string {
  const { reason, account, status } = {
    reason: undefined,
    account: undefined,
    status: undefined,
    ...probe,
  };
  const words = [
    reason ?? probe.result,
    account && `account ${account}`,
    status && `status ${status}`,
  ];
  return words.filter(Boolean).join(", ");
}

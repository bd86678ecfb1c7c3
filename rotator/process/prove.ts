import { systemClock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import { readJson, writeJson } from "../../common/json.ts";
import { type ConfigSources, loadSystem } from "../config/load.ts";
import { createRotatorLog } from "../observability/logger.ts";
import { parsePayload } from "../rotation/parse-payload.ts";
import { createSystem } from "../systems/create-system.ts";
import type { Probe } from "../systems/system.ts";

/** How long one login may take, in milliseconds. */
const LOGIN_MS = 30_000;

/** What a login with a payload's own credential said. */
export interface Proof {
  /** The system that was asked, as the payload names it. */
  readonly system: string;
  readonly probe: Probe;
}

/**
 * One login with the credential that a payload serves, at the system that it names, as the rotator's
 * configuration describes that system. Changes nothing; a wrong credential counts as one failed login.
 *
 * @throws KitError where the payload or the configuration cannot be used
 */
export async function provePayload(text: string, sources: ConfigSources): Promise<Proof> {
  const { fields } = parsePayload(text);
  const { system: name, username, key_id: keyId, users, active } = fields;
  const served = users?.[active ?? 0]?.password;
  const password = fields.current_password ?? fields.password ?? served;
  if (password === undefined) {
    const reason = "the payload holds no password";
    return { system: name, probe: { result: "unknown", reason, sent: false } };
  }
  const { config, directory } = loadSystem(sources, name);
  // What a system logs may be about the credential; nobody has asked for it here.
  const { log } = createRotatorLog({ level: "silent" });
  const system = await createSystem(config, { name, directory, environment: sources.env, log });
  const signal = AbortSignal.timeout(LOGIN_MS);
  try {
    const credential = { username: keyId ?? username, password };
    const context = { signal, log, clock: systemClock };
    return {
      system: name,
      probe: await Promise.race([system.probe(credential, context), late(signal)]),
    };
  } catch {
    return { system: name, probe: { result: "unknown", reason: "login_failed" } };
  } finally {
    await system.close?.();
  }
}

function late(signal: AbortSignal): Promise<Probe> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({ result: "unknown", reason: "timed_out" }));
  });
}

/**
 * The payload with another password for the account that it serves, as after a change by hand: what the
 * rotator remembers there (`_rotation`) belongs to the password before, and goes. Everything else
 * stays as it is, numbers exactly.
 *
 * @throws KitError `payload_invalid`
 */
export function withPassword(text: string, password: string): string {
  const { fields } = parsePayload(text);
  const { _rotation, ...raw } = readJson(text) as Record<string, unknown>;
  const field = raw.current_password === undefined ? "password" : "current_password";
  const both = raw.password !== undefined && raw.current_password !== undefined;
  const users = fields.users?.map((user, index) =>
    index === (fields.active ?? 0) ? { ...user, password } : user,
  );
  return writeJson({
    ...raw,
    [field]: password,
    ...defined({ password: both ? password : undefined, users }),
  });
}

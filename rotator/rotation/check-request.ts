import { KitError } from "../../common/errors/kit-error.ts";
import type { PasswordPolicyConfig } from "../password/policy.ts";
import { LEAST_BITS, policyInForce } from "../password/strength.ts";
import type { RotationDependencies } from "./dependencies.ts";
import { invalid, type ParsedPayload, parsePayload } from "./parse-payload.ts";
import { readPrevious } from "./read-state.ts";
import type { CheckRequest, ItemBinding, RotatableSystem } from "./rotation.ts";
import { usersOf } from "./strategies/alternating.ts";
import type { Previous } from "./strategies/strategy.ts";

/** What a request means, found out before any contact with the system. */
export interface CheckedRequest {
  readonly payload: ParsedPayload;
  /** The item's name at the first rotation; a rename must not change what is derived. */
  readonly item: string;
  /** Every user name in the payload, sorted. */
  readonly usernames: readonly string[];
  readonly previous: Previous;
  /** The policy of the next password. */
  readonly policy: PasswordPolicyConfig;
  readonly target: RotatableSystem;
  /** What only one rotation at a time may work on. */
  readonly credential: string;
}

/** Reads and checks a request. @throws KitError */
export function checkRequest(
  { item, payload: text, binding, maxDepth }: CheckRequest,
  { systems, keyring }: Pick<RotationDependencies, "systems" | "keyring">,
): CheckedRequest {
  const payload = parsePayload(text, maxDepth);
  const usernames = usernamesOf(payload);
  requireBinding(payload, usernames, binding);
  const target = systems.get(binding.system);
  if (!target) throw new KitError("unknown_system");
  if (binding.strategy === "alternating") usersOf(payload);
  const pinned = payload.fields._rotation?.item ?? item;
  // What a rotator has written for one item opens nothing in another, unless the operator says so.
  if (pinned !== item && !binding.formerly?.includes(pinned))
    throw new KitError("binding_refused.item");
  const previous = readPrevious(payload, pinned, usernames, keyring);
  if (binding.strategy === "key-pair") requireOwnKey(payload, previous, binding);
  return {
    payload,
    item: pinned,
    usernames,
    previous,
    policy: requirePolicy(payload, target),
    target,
    credential: JSON.stringify([binding.system, ...usernames]),
  };
}

/** Holds the payload against the binding: a caller chooses neither the system nor the account. */
function requireBinding(
  { fields }: ParsedPayload,
  usernames: readonly string[],
  binding: ItemBinding,
): void {
  if (fields.system !== binding.system) throw refused("system");
  const allowed = usernames.every((username) => binding.usernames.includes(username));
  if (!allowed) throw refused("user name");
}

/**
 * A key's id says whose key it is, its name which one is revoked, and both may be done by an admin:
 * they are accepted where the rotator has sealed them itself, or the operator has listed them (the
 * first key, made by hand).
 */
function requireOwnKey({ fields }: ParsedPayload, previous: Previous, binding: ItemBinding): void {
  const { key_id: id, key_name: name, _rotation: state } = fields;
  const listed = (text: string | undefined) =>
    text === undefined || binding.usernames.includes(text);
  if (!listed(id) && !Object.hasOwn(previous, id ?? "")) throw refused("key_id");
  if (!listed(name) && name !== state?.key) throw refused("key_name");
}

/** @throws KitError `payload_invalid` where only the payload allows passwords that are so weak */
function requirePolicy({ fields }: ParsedPayload, target: RotatableSystem): PasswordPolicyConfig {
  const policy = policyInForce(fields.policy, target.policy);
  if (policy === undefined)
    throw invalid(
      `its \`policy\` allows passwords of less than ${LEAST_BITS} bits, and the operator's does not`,
    );
  return policy;
}

/** Names what was refused, not its value, which the configuration does not know. */
function refused(part: string): KitError {
  return new KitError("binding_refused.part", { part });
}

function usernamesOf({ fields }: ParsedPayload): string[] {
  const { username, users = [] } = fields;
  return [...new Set([username, ...users.map((user) => user.username)])].sort();
}

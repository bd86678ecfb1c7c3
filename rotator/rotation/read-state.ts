import * as z from "zod";
import { KitError } from "../../common/errors/kit-error.ts";
import type { Keyring } from "./keyring.ts";
import { invalid, type ParsedPayload } from "./parse-payload.ts";
import { unseal } from "./seal.ts";
import type { Previous } from "./strategies/strategy.ts";

const previousSchema = z.record(z.string(), z.array(z.string()));

/**
 * The passwords before, and with them the proof that a rotator wrote all of `_rotation` for this item,
 * system and these users. Empty for a payload that was written by hand.
 *
 * @param item the name that `_rotation` was made under
 * @param usernames of the payload, sorted
 * @throws KitError `unknown_key`; `payload_invalid` where somebody else wrote `_rotation`;
 * `binding_refused` where it was made for other users
 */
export function readPrevious(
  { fields }: ParsedPayload,
  item: string,
  usernames: readonly string[],
  keyring: Keyring,
): Previous {
  const { system, _rotation: state } = fields;
  if (!state) return {};
  const key = keyring.require(state.kid);
  const text = unseal(key.material, { ...state, item, system }, state.prev);
  if (text === undefined)
    throw invalid(
      `\`_rotation\` was changed or belongs to another item, or key ${key.id} is not the one that made it`,
    );
  const previous = previousSchema.parse(JSON.parse(text));
  // Versions before this one bound no users, but a key (key-pair) or the users of `prev` tell them.
  const made = state.users ?? (state.key ? usernames : Object.keys(previous));
  const same = state.users
    ? JSON.stringify(made) === JSON.stringify(usernames)
    : made.every((name) => usernames.includes(name));
  if (!same) throw new KitError("binding_refused.users");
  return previous;
}

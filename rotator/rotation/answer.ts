import * as z from "zod";
import { RotationError } from "./errors.ts";
import type { Keyring, RotatorKey } from "./keyring.ts";
import { invalid, type ParsedPayload } from "./parse-payload.ts";
import type { RotationState } from "./payload.ts";
import { seal, unseal } from "./seal.ts";
import type { Previous, Rotated } from "./strategies/strategy.ts";

/** Most bytes that are sealed; `rotationStateSchema` takes the base64 of it. */
const MAX_SEALED_BYTES = 8_192;

const previousSchema = z.record(z.string(), z.array(z.string()));

/** The key that the payload was made under. @throws RotationError `unknown_key` */
export function requireKey(keyring: Keyring, kid: string): RotatorKey {
  const key = keyring.get(kid);
  if (!key) {
    const message = `The payload was made under key ${kid}, which this rotator does not hold.`;
    throw new RotationError("unknown_key", /^[\w.-]+$/.test(kid) ? { message } : {});
  }
  return key;
}

/**
 * The passwords before, and with them the proof that a rotator wrote all of `_rotation`. Empty for a
 * payload that was written by hand.
 * @throws RotationError `unknown_key`; `payload_invalid` where somebody else wrote `_rotation`
 */
export function openPrevious({ fields }: ParsedPayload, item: string, keyring: Keyring): Previous {
  const { system, _rotation: state } = fields;
  if (!state) return {};
  const key = requireKey(keyring, state.kid);
  const text = unseal(key.material, { ...state, item, system }, state.prev);
  if (text === undefined)
    throw invalid(
      `\`_rotation\` was changed or belongs to another item, or key ${key.id} is not the one that made it`,
    );
  return previousSchema.parse(JSON.parse(text));
}

/**
 * The payload string to answer with: the fields that came, in their order, with the new ones in
 * place. Everything in it follows from the request and the key, except `at`.
 */
export function writeAnswer(
  { fields, raw }: ParsedPayload,
  item: string,
  { fields: changed, previous, state }: Rotated,
  keyring: Keyring,
  now: number,
): string {
  const key = requireKey(keyring, state.kid);
  const context = { ...state, item, system: fields.system };
  const _rotation: RotationState = {
    v: 1,
    ...state,
    at: new Date(now).toISOString(),
    item,
    prev: seal(key.material, context, textOf(previous)),
  };
  return JSON.stringify({ ...raw, ...changed, _rotation });
}

/** As much of the former passwords as the payload has room for. */
function textOf(previous: Previous): string {
  const text = JSON.stringify(previous);
  const lists = Object.entries(previous);
  const nothingLeft = lists.every(([, list]) => list.length === 0);
  if (nothingLeft || Buffer.byteLength(text) <= MAX_SEALED_BYTES) return text;
  // The names stay: that of a key shows that the rotator has made it (check-request.ts).
  return textOf(Object.fromEntries(lists.map(([name, list]) => [name, list.slice(0, -1)])));
}

import type { CheckedRequest } from "./check-request.ts";
import type { Keyring } from "./keyring.ts";
import type { RotationState } from "./payload.ts";
import { seal } from "./seal.ts";
import type { Previous, Rotated } from "./strategies/strategy.ts";

/** Most bytes that are sealed; `rotationStateSchema` takes the base64 of it. */
const MAX_SEALED_BYTES = 8_192;

/**
 * The payload string to answer with: the fields that came, in their order, with the new ones in
 * place. Everything in it but `at`, and what is sealed with it, follows from the request and the key.
 */
export function writeAnswer(
  { payload, item, usernames }: Pick<CheckedRequest, "payload" | "item" | "usernames">,
  { fields: changed, previous, state }: Rotated,
  keyring: Keyring,
  now: number,
): string {
  const bound = { ...state, users: [...usernames], at: new Date(now).toISOString(), item };
  const { material } = keyring.require(state.kid);
  const context = { ...bound, system: payload.fields.system };
  const prev = seal(material, context, textOf(previous));
  const _rotation: RotationState = { v: 1, ...bound, prev };
  return JSON.stringify({ ...payload.raw, ...changed, _rotation });
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

import { createHash } from "node:crypto";
import type { ModelCall, ModelResult } from "./replay.ts";

/** Everything a target remembers. */
export type TargetState = Readonly<Record<string, string>>;

/** How a target takes one verb, at one instant. */
export type ModelTarget = (
  state: TargetState,
  call: ModelCall,
) => readonly [TargetState, ModelResult];

const VALID: ModelResult = { result: "valid" };
const INVALID: ModelResult = { result: "invalid" };
const CHANGED: ModelResult = { result: "changed" };
const REFUSED: ModelResult = { result: "refused", reason: "wrong_password" };

/** Users change their own password: the current one is compared in the same instant. */
export const selfService: ModelTarget = (state, call) => {
  if (call.verb === "probe") {
    const { username, password } = call.credential;
    return [state, state[username] === password ? VALID : INVALID];
  }
  if (call.verb === "change") {
    const { current, next } = call;
    if (state[current.username] !== current.password) return [state, REFUSED];
    return [{ ...state, [next.username]: next.password }, CHANGED];
  }
  if (call.verb === "reconcile")
    return [{ ...state, [call.next.username]: call.next.password }, CHANGED];
  throw new Error(`no such verb: ${call.verb}`);
};

/** An admin changes passwords: nothing is compared. */
export const administered: ModelTarget = (state, call) => {
  if (call.verb !== "change") return selfService(state, call);
  return [{ ...state, [call.next.username]: call.next.password }, CHANGED];
};

/** A primary and a retained password; only the primary one may change. */
export const dual: ModelTarget = (state, call) => {
  if (call.verb === "probe") {
    const { username, password } = call.credential;
    const opens = state[username] === password || state[`${username}/retained`] === password;
    return [state, opens ? VALID : INVALID];
  }
  if (call.verb !== "changeRetaining") throw new Error(`no such verb: ${call.verb}`);
  const { current, next } = call;
  const { username } = current;
  if (state[username] !== current.password) return [state, REFUSED];
  return [
    { ...state, [username]: next.password, [`${username}/retained`]: current.password },
    CHANGED,
  ];
};

/** Named keys, up to `places` at a time; secrets are the target's own. */
export const keyStore =
  (places: number): ModelTarget =>
  (state, call) => {
    const { made = "0", ...keys } = state;
    const opens = (secret: string) => Object.values(keys).includes(secret);
    if (call.verb === "probe") return [state, opens(call.credential.password) ? VALID : INVALID];
    if (call.verb === "create") {
      if (!opens(call.owner.password)) return [state, REFUSED];
      if (keys[call.name]) return [state, { result: "exists" }];
      if (Object.keys(keys).length >= places) return [state, { result: "full" }];
      const secret = `secret-${made}`;
      const key = { username: call.owner.username, password: secret };
      const after = { ...state, [call.name]: secret, made: String(Number(made) + 1) };
      return [after, { result: "created", key }];
    }
    if (call.verb !== "revoke") throw new Error(`no such verb: ${call.verb}`);
    if (!opens(call.owner.password)) return [state, { result: "failed", reason: "wrong_key" }];
    const { [call.name]: revoked, ...left } = state;
    return [left, { result: "revoked" }];
  };

/** The same target with a policy of its own that rejects a quarter of all passwords. */
export const picky =
  (target: ModelTarget): ModelTarget =>
  (state, call) => {
    const next = "next" in call ? call.next.password : undefined;
    const digest = createHash("sha256")
      .update(next ?? "")
      .digest();
    if (next !== undefined && digest.readUInt8(0) < 64)
      return [state, { result: "rejected", reason: "policy" }];
    return target(state, call);
  };

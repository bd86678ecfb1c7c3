import { administered, dual, keyStore, selfService } from "./targets.ts";
import type { World } from "./world.ts";

const served = { system: "app", username: "svc", current_password: "p0" };
const users = [
  { username: "svc-a", password: "a0" },
  { username: "svc-b", password: "b0" },
];
const twoUsers = { system: "app", username: "svc-a", current_password: "a0", active: 0, users };
const handMade = { ...served, key_name: "by-hand" };

/** Fewer repetitions of the same step, so that the same number of states reaches further. */
const WAIT_ONCE = { propagationMs: 20_000, propagationMaxMs: 20_000 };
/** No rejections, hence one attempt; enough logins for every place to be searched in one call. */
const passwords = { options: { limits: { ...WAIT_ONCE, attempts: 1, maxFailedLogins: 8 } } };

const single = {
  ...passwords,
  strategy: "single",
  payload: served,
  accounts: { svc: "p0" },
} as const;
const alternating = {
  ...passwords,
  strategy: "alternating",
  payload: twoUsers,
  accounts: { "svc-a": "a0", "svc-b": "b0" },
} as const;
const keyPair = {
  options: { limits: WAIT_ONCE },
  strategy: "key-pair",
  payload: handMade,
  accounts: { "by-hand": "p0" },
  optionalVerbs: ["keys"],
} as const;

/** A strategy with a kind of target, at its first request. */
export const WORLDS = {
  single: { ...single, target: selfService },
  "single, changed by an admin": { ...single, target: administered },
  random: { ...single, strategy: "random", target: selfService },
  alternating: { ...alternating, target: selfService },
  "alternating, changed by an admin": { ...alternating, target: administered },
  "dual-password": {
    ...single,
    strategy: "dual-password",
    target: dual,
    optionalVerbs: ["changeRetaining"],
  },
  "key-pair, two places": { ...keyPair, target: keyStore(2) },
  "key-pair, three places": { ...keyPair, target: keyStore(3) },
} as const satisfies Record<string, World>;

export type WorldName = keyof typeof WORLDS;

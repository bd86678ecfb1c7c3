import { KitError } from "../../common/errors/kit-error.ts";
import type { System } from "../systems/system.ts";
import type { CandidateSource } from "./candidates.ts";
import type { FailedSearch } from "./search.ts";
import type { Session } from "./session.ts";

/**
 * What the admin credential may do where nothing opens the account.
 *
 * `first`: set the first password of an account of which the payload has none (`bootstrap`).
 * `repair`: set the next password of a payload that a rotator has written (`reconcile`).
 * `by_hand`: nothing, since the password that does not work is not the rotator's.
 */
export interface Reset {
  readonly kind: "never" | "by_hand" | "first" | "repair";
  /** Whether this process has seen a later generation of the credential. */
  readonly overtaken: boolean;
}

/**
 * The verb that resets the account, where everything says that it may. A reset hides what opens the
 * account: it must not happen while a place is left to be searched, nor for a payload that others
 * may have overtaken.
 *
 * @throws KitError `out_of_sync`
 */
export function mayReset(
  reset: Reset,
  failed: FailedSearch,
  candidates: CandidateSource,
  session: Session,
): NonNullable<System["reconcile"]> {
  const { reconcile } = session.system;
  const slots = searchSlots(failed, session);
  if (reset.kind === "by_hand") throw new KitError("out_of_sync.by_hand", slots);
  if (reset.kind === "never" || !reconcile) throw new KitError("out_of_sync.searched", slots);
  if (reset.overtaken) throw new KitError("out_of_sync.stale", slots);
  if (failed.tried < failed.places) throw new KitError("out_of_sync.incomplete", slots);
  if (reset.kind === "repair" && !candidates.reachesAll)
    throw new KitError("out_of_sync.stale", slots);
  return reconcile.bind(session.system);
}

/** What every sentence about a search without success tells. */
export function searchSlots({ tried, places }: FailedSearch, { limits }: Session) {
  return { tried, places, minutes: Math.ceil(limits.failedLoginWindowMs / 60_000) };
}

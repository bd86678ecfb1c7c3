import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { Authenticate, Caller } from "../authentication/authenticate.ts";
import type { BoundItems } from "../authentication/bound-items.ts";
import { REQUEST_MESSAGES } from "../observability/log-words.ts";
import type { RequestLog } from "../observability/logger.ts";
import type { ItemBinding } from "../rotation/rotation.ts";
import type { RateLimit } from "./rate-limit.ts";

/** An item of ours that Akeyless has confirmed for the caller. */
export interface AdmittedItem {
  readonly name: string;
  readonly binding: ItemBinding;
}

/** The part of a payload that says whom it belongs to. */
export interface PayloadOwner {
  readonly system: string;
  readonly usernames: readonly string[];
}

/** What keeps strangers from costing anything. */
export interface Admission {
  /**
   * Everything that happens before the body is read: authentication, item, rate limit.
   *
   * @throws KitError with the code of what is missing
   */
  admit(credentials: readonly string[], request: RequestLog): Promise<Caller>;
  /**
   * The caller's item. Where its token names none of several, Akeyless is asked about those that may
   * rotate what the payload is about; then exactly one of them has to be confirmed.
   *
   * @throws KitError `item_not_allowed`, `rate_limited`, `validator_unavailable`
   */
  itemOf(caller: Caller, owner: () => PayloadOwner, request: RequestLog): Promise<AdmittedItem>;
}

/** What admission needs. */
export interface AdmissionOptions {
  readonly authenticate: Authenticate;
  readonly items: BoundItems;
  readonly rateLimit: RateLimit;
}

/** Admits callers that Akeyless has confirmed. */
export function createAdmission({ authenticate, items, rateLimit }: AdmissionOptions): Admission {
  const bound = (name: string): AdmittedItem => {
    const binding = items.bindingOf(name);
    if (binding !== undefined) return { name, binding };
    throw new KitError("item_not_allowed");
  };
  return {
    admit: async (credentials, { log, redactor }) => {
      // Several are refused, unread and unremembered.
      if (credentials.length === 1) redactor.add(...credentials);
      const caller = await authenticate(credentials);
      const { accessId, item } = caller;
      log.info({ ...defined({ item }), access_id: accessId }, REQUEST_MESSAGES.validated);
      rateLimit(`${accessId} ${item ?? ""}`);
      return caller;
    },
    itemOf: async (caller, owner, { log }) => {
      if (caller.item !== undefined) return bound(caller.item);
      const { system, usernames } = owner();
      const item = await caller.confirm(items.fitting(system, usernames));
      log.info({ item, access_id: caller.accessId }, REQUEST_MESSAGES.confirmed);
      rateLimit(`${caller.accessId} ${item}`);
      return bound(item);
    },
  };
}

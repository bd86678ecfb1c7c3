import { apiOnly, row } from "./attribute.ts";
import type { Target } from "./item.ts";
import * as kinds from "./kinds.ts";

/** Every setting of a Web Target except its name, by its key in the L1 class. */
export const targetRows = {
  /** Address that the gateway calls, exactly as written; the provider does not check it. */
  url: row(kinds.text, (target: Target) => target.value?.web_target_details?.url, {
    property: "url",
    seenByProvider: true,
    required: true,
  }),
  description: row(kinds.text, ({ target }: Target) => target.comment, {
    property: "description",
    seenByProvider: true,
  }),
  /** Name of the protection key. The provider shows a lasting difference where the server reports a default key. */
  key: row(kinds.path, ({ target }: Target) => target.protection_key_name, {
    property: "key",
    undeclared: "server",
    seenByProvider: true,
  }),
  /** How many versions of the target to keep, as a decimal string. */
  maxVersions: row(kinds.numberText, undefined, { property: "maxVersions", undeclared: "server" }),
  /** Whether an update keeps the previous version, `"true"` or `"false"`; else the account decides. */
  keepPrevVersion: row(kinds.text, undefined, {
    property: "keepPreviousVersion",
    undeclared: "server",
    sentOn: "update",
  }),
  deleteProtection: apiOnly(kinds.flagText, ({ target }: Target) => target.delete_protection, {
    property: "deleteProtection",
    value: false,
    field: "delete_protection",
  }),
  // No answer of the API shows how a target is locked (SDK 5.0.40), so it is sent only if declared.
  lockOnRead: apiOnly(kinds.flagText, undefined, { property: "lockOnRead", undeclared: "server" }),
  /** How long a locked target stays locked, in minutes. */
  lockTtl: apiOnly(kinds.numberText, undefined, { property: "lockMinutes", undeclared: "server" }),
  rotateOnUnlock: apiOnly(kinds.flagText, undefined, {
    property: "rotateOnUnlock",
    undeclared: "server",
  }),
} as const;

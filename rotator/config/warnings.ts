import { PLACEHOLDER_ACCESS_ID } from "../../common/placeholder.ts";
import type { RotatorConfig } from "./schema.ts";

/** Time limit of a custom rotated secret where the item sets none, in milliseconds. */
const GATEWAY_TIMEOUT_MS = 40_000;

/** Sentences about what works, but probably not as it was meant. */
export function warningsOf(
  config: Pick<RotatorConfig, "akeyless" | "items" | "limits" | "listen" | "shutdown">,
): string[] {
  return [
    ...unfinished(config),
    ...unprotected(config),
    ...resets(config),
    ...lossy(config),
    ...sharedAccounts(config),
    ...timing(config),
  ];
}

function unfinished({ akeyless }: Pick<RotatorConfig, "akeyless">): string[] {
  return akeyless.access_ids.includes(PLACEHOLDER_ACCESS_ID)
    ? [
        `akeyless.access_ids still has ${PLACEHOLDER_ACCESS_ID}, which init wrote: name the access id that your gateway itself logs in with instead, since its calls are refused.`,
      ]
    : [];
}

function unprotected({ akeyless, listen }: Pick<RotatorConfig, "akeyless" | "listen">): string[] {
  const sentences: string[] = [];
  if (listen.allow_plain_http)
    sentences.push(
      "listen.allow_plain_http is set: tokens and passwords travel unencrypted, unless the network itself encrypts.",
    );
  if (akeyless.verdict_cache_ms > 0)
    sentences.push(
      `akeyless.verdict_cache_ms is ${akeyless.verdict_cache_ms}: for so long a revoked token is still served.`,
    );
  return sentences;
}

/** Sentences about items whose password an admin credential may set for a caller. */
function resets({ items, listen }: Pick<RotatorConfig, "items" | "listen">): string[] {
  const knowsGateway = listen.tls?.client_ca_file !== undefined;
  return Object.entries(items).flatMap(([name, { bootstrap, reconcile }]) => [
    ...(bootstrap
      ? [
          `${name} has bootstrap: anyone with a token of the item can have its password set and gets it in the answer; turn it off after the first rotation.`,
        ]
      : []),
    ...(reconcile && !knowsGateway
      ? [
          `${name} has reconcile: anyone with a token and a payload of the item can have its password reset and gets it in the answer; let only the gateway call (listen.tls.client_ca_file with client_names).`,
        ]
      : []),
  ]);
}

/** Sentences about items that a thrown-away answer shuts out: a dry run cannot be told apart. */
function lossy({ items }: Pick<RotatorConfig, "items">): string[] {
  return Object.entries(items)
    .filter(([, { strategy, reconcile }]) => strategy === "random" && !reconcile)
    .map(
      ([name]) =>
        `${name} has strategy random without reconcile: if an answer is lost, or thrown away as a gateway's dry run may do, nobody knows the password any more.`,
    );
}

function timing({ limits, shutdown }: Pick<RotatorConfig, "limits" | "shutdown">): string[] {
  const sentences: string[] = [];
  if (limits.rotation_ms >= GATEWAY_TIMEOUT_MS) {
    sentences.push(
      `limits.rotation_ms is ${limits.rotation_ms}: the gateway gives up after ${GATEWAY_TIMEOUT_MS} ms where the item sets no longer timeout, and the answer is lost.`,
    );
  }
  if (shutdown.grace_ms < limits.rotation_ms) {
    sentences.push(
      `shutdown.grace_ms (${shutdown.grace_ms}) is below limits.rotation_ms (${limits.rotation_ms}): a stopping rotator may cut a rotation off.`,
    );
  }
  return sentences;
}

/**
 * Sentences about accounts that several items rotate: each rotation of the one makes what the other
 * stores worthless. Warnings only, because both names of an item are here while it is renamed.
 * Several keys of one owner, as `key-pair` makes them, do not get in each other's way.
 */
function sharedAccounts({ items }: Pick<RotatorConfig, "items">): string[] {
  const itemsOf = new Map<string, { account: string; names: string[] }>();
  for (const [name, { system, usernames, strategy }] of Object.entries(items)) {
    if (strategy === "key-pair") continue;
    for (const username of new Set(usernames)) {
      const key = JSON.stringify([system, username]);
      const entry = itemsOf.get(key) ?? { account: `${username} of ${system}`, names: [] };
      entry.names.push(name);
      itemsOf.set(key, entry);
    }
  }
  return [...itemsOf.values()]
    .filter(({ names }) => names.length > 1)
    .map(
      ({ account, names }) =>
        `${names.join(" and ")} rotate the same account, ${account}: each rotation makes the password that another one stores invalid; keep one of them.`,
    );
}

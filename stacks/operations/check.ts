import type { Clock } from "../../common/clock.ts";
import type { EnvironmentVariables } from "../../common/environment-variables.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { SECRET_ATTRIBUTES } from "../attributes/attributes.ts";
import { compare } from "../attributes/compare.ts";
import { type Item, isCustomRotatedSecret, rotationDetails } from "../attributes/item.ts";
import type { Expectation } from "../declaration/expectation.ts";
import type { Gateway } from "../gateway/client.ts";
import { applyDeclaredPayload, keepsPolicy, type PayloadOutcome } from "./item/declared-payload.ts";
import { overwritten } from "./item/overwritten.ts";
import { repairItem } from "./item/repair.ts";
import type { Prover } from "./item/store-proved.ts";
import { DEFAULT_TIMEOUT_SEC, rotateOnce, rotationError } from "./rotation.ts";

/** One question about an item, and its answer. */
export interface CheckResult {
  /** Stable name of the question. */
  readonly check:
    | "type"
    | "payload"
    | "rotation"
    | "versions"
    | "password_policy"
    | "interval_unit"
    | "time_limit"
    | "settings";
  /** `unknown`: the gateway does not tell. */
  readonly result: "passed" | "failed" | "unknown";
  /** One sentence, fit for a terminal. */
  readonly detail: string;
}

/** What a check does. */
export interface CheckOptions {
  /** Rotate once first; without it the last rotation is judged. */
  readonly rotate: boolean;
  readonly expectation: Expectation;
  /** Where the declared payload comes from, as `ROTATION_KIT_PAYLOAD_TEMPLATE` and its variables. */
  readonly environment: EnvironmentVariables;
  readonly clock: Clock;
  /** Proves a payload by a login, so that a lost one can be restored. @default - it is only named */
  readonly prover?: Prover;
}

/** Checks that an item rotates and is as declared. Every question is asked, whatever failed before. */
export async function checkItem(
  gateway: Gateway,
  name: string,
  options: CheckOptions,
): Promise<CheckResult[]> {
  const item = await gateway.describeItem(name);
  if (!isCustomRotatedSecret(item)) {
    const type = rotationDetails(item).rotator_type ?? item.item_type ?? "unknown";
    return [{ check: "type", result: "failed", detail: `not a custom rotated secret: ${type}` }];
  }
  const declared = options.rotate
    ? payloadResult(await applyDeclaredPayload(gateway, item, options.environment))
    : [];
  const ask = async () =>
    options.rotate ? rotateNow(gateway, item, options.clock) : lastRotation(item);
  const rotation = await ask();
  // A rotation that succeeded has logged in with the payload that was stored.
  const proved = options.rotate && rotation.result === "passed";
  const versions = proved ? [] : await checkPayload(gateway, item, options.prover);
  const restored = versions.some(({ result }) => result === "passed");
  return [
    ...declared,
    restored ? await ask() : rotation,
    ...versions,
    ...(options.rotate ? await passwordPolicy(gateway, name, options) : []),
    ...intervalUnit(item, options.expectation),
    ...timeLimit(item, options.expectation),
    ...settings(item, options.expectation),
  ];
}

function payloadResult({ outcome, changed, reason }: PayloadOutcome): CheckResult[] {
  const result = (kind: CheckResult["result"], detail: string): CheckResult[] => [
    { check: "payload", result: kind, detail },
  ];
  switch (outcome) {
    case "unchanged":
      return [];
    case "updated":
      return result("passed", `changed in the live payload: ${changed.join(", ")}`);
    case "corrected":
      return result("passed", "the first payload was sent again: the item never rotated with it");
    case "refused":
      return result("failed", reason ?? "the payload could not be changed");
    case "unread":
      return result("unknown", "this identity may not read the value, so a change is not written");
  }
}

/** Whether the password that this rotation made is what the declared policy asks for. */
async function passwordPolicy(
  gateway: Gateway,
  name: string,
  { environment, expectation }: CheckOptions,
): Promise<CheckResult[]> {
  if (String(expectation.settings?.enable_password_policy) !== "true") return [];
  const kept = await keepsPolicy(gateway, name, environment);
  if (kept === undefined) {
    const why = "its value may not be read, or its payload is not one for the kit's own rotator";
    return [
      {
        check: "password_policy",
        result: "unknown",
        detail: `nobody saw the new password: ${why}`,
      },
    ];
  }
  const detail = kept
    ? "the new password keeps the declared policy"
    : "the new password does not keep the declared password policy: the rotator made it under another one";
  return [{ check: "password_policy", result: kept ? "passed" : "failed", detail }];
}

async function rotateNow(gateway: Gateway, item: Item, clock: Clock): Promise<CheckResult> {
  try {
    const rotation = await rotateOnce(gateway, item, clock);
    const { version_before: before, version_after: after, status, ms } = rotation;
    const renewed = (after ?? 0) > (before ?? 0);
    const detail = renewed
      ? `version ${before ?? 0} -> ${after} in ${ms} ms, ${status ?? "no status"}`
      : `the gateway reported success, but the version is still ${after ?? "unknown"}`;
    return { check: "rotation", result: renewed ? "passed" : "failed", detail };
  } catch (error) {
    if (!(error instanceof KitError) || error.code !== "rotation_failed") throw error;
    return { check: "rotation", result: "failed", detail: error.message };
  }
}

/** Whether an older payload was written over a newer one; restores that where a login proves it. */
async function checkPayload(
  gateway: Gateway,
  { item_name: name }: Item,
  prover: Prover | undefined,
): Promise<CheckResult[]> {
  try {
    const lost = await overwritten(gateway, await gateway.describeItem(name));
    if (!lost) return [];
    const { older, newer } = lost;
    const happened = `the payload of version ${older} was written over that of version ${newer}`;
    if (!prover) {
      const remedy = `run rotation-kit item repair ${name} --config rotator.yaml --version ${newer}, which logs in first`;
      return [{ check: "versions", result: "failed", detail: `${happened}: ${remedy}` }];
    }
    await repairItem(gateway, name, { from: "version", version: newer }, prover);
    const detail = `${happened}; version ${newer} was restored, after a login had proved it`;
    return [{ check: "versions", result: "passed", detail }];
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    const refused = error.code === "repair_refused" || error.code === "item_changed";
    const detail = `${refused ? "not restored" : "not known"}: ${error.message}`;
    return [{ check: "versions", result: refused ? "failed" : "unknown", detail }];
  }
}

function lastRotation(item: Item): CheckResult {
  const error = rotationError(item);
  if (error) {
    return { check: "rotation", result: "failed", detail: `the last rotation failed: ${error}` };
  }
  const date = item.last_rotation_date;
  return date
    ? { check: "rotation", result: "passed", detail: `last rotated ${date}` }
    : { check: "rotation", result: "unknown", detail: "never rotated yet; use --rotate" };
}

/** Whether Akeyless counts the interval in days or minutes is disputed, so the item is asked. */
function intervalUnit(item: Item, { interval_unit }: Expectation): CheckResult[] {
  if (!interval_unit) return [];
  const inMinutes = rotationDetails(item).rotation_interval_min;
  if (inMinutes == null) {
    return [
      {
        check: "interval_unit",
        result: "unknown",
        detail: `declared in ${interval_unit}; the gateway does not report a unit`,
      },
    ];
  }
  const reported = inMinutes ? "minutes" : "days";
  const right = reported === interval_unit;
  const detail = right
    ? `the interval counts ${reported}, as declared`
    : `the interval of ${item.rotation_interval ?? "?"} counts ${reported}, declared were ${interval_unit}: set the interval unit of the declaration to ${reported}`;
  return [{ check: "interval_unit", result: right ? "passed" : "failed", detail }];
}

function timeLimit(item: Item, { rotator_budget_sec: budget }: Expectation): CheckResult[] {
  if (budget === undefined) return [];
  const limit = rotationDetails(item).timeout_seconds || DEFAULT_TIMEOUT_SEC;
  const enough = limit > budget;
  const detail = enough
    ? `the gateway waits ${limit} s, the rotator answers within ${budget} s`
    : `the gateway waits ${limit} s but the rotator may need ${budget} s: raise the time limit above ${budget}, or the gateway gives up on rotations that succeed`;
  return [{ check: "time_limit", result: enough ? "passed" : "failed", detail }];
}

function settings(item: Item, expectation: Expectation): CheckResult[] {
  if (!expectation.settings) return [];
  const found = compare(SECRET_ATTRIBUTES, expectation.settings, item);
  if (found.length === 0) {
    return [{ check: "settings", result: "passed", detail: "every setting is as declared" }];
  }
  return found.map(({ attribute, declared, live, leftText }) => ({
    check: "settings",
    result: leftText ? "unknown" : "failed",
    detail: leftText
      ? `${attribute}: not declared, and Akeyless keeps ${live}: clear it in the console, or declare another text`
      : `${attribute}: declared ${declared ?? "(not set)"}, live ${live ?? "(not set)"}`,
  }));
}

import { defined } from "../../../common/defined.ts";
import { isLivePayload } from "../../rules/evidence/live-payload.ts";
import { type Resource, SECRET_TYPE, TARGET_TYPE } from "../../rules/model.ts";
import { asFlag } from "../../rules/values.ts";
import { isMarked, marksAt } from "../conceal/marks.ts";
import { PayloadNames } from "../conceal/payload-names.ts";
import type { ConfiguredResource, ResourceChange } from "../read/plan-schema.ts";
import { changeOf, forgetsOld, replacedBecause } from "./change.ts";
import { constantOf, expressionReferences, withoutIndex } from "./configuration.ts";
import type { Context } from "./context.ts";
import { differencesOf, fields, own, UNKNOWN_TEXT } from "./differences.ts";
import type { Difference, ReviewedItem } from "./item.ts";
import { changedPayloadFields, PlannedPayloadReader } from "./payload.ts";

/** The items that resources of the provider manage; the others are left out. */
export function itemsOfProvider(
  changes: readonly ResourceChange[],
  context: Context,
): ReviewedItem[] {
  return changes
    .filter(
      ({ type, mode }) => mode === "managed" && (type === SECRET_TYPE || type === TARGET_TYPE),
    )
    .flatMap((entry) => {
      const { actions } = entry.change;
      if (!forgetsOld(actions)) return [readItem(entry, context)];
      // The new object and the forgotten one are two items, of which one goes on unmanaged.
      const split = (action: string, side: object): ResourceChange => ({
        ...entry,
        change: { ...entry.change, ...side, actions: [action] },
      });
      return [
        readItem(split("create", { before: null, before_sensitive: false }), context),
        readItem(
          split("forget", { after: null, after_unknown: {}, after_sensitive: false }),
          context,
        ),
      ];
    });
}

function readItem(entry: ResourceChange, context: Context): ReviewedItem {
  const { concealer, synthesized } = context;
  const { change } = entry;
  const isDeposed = entry.deposed !== undefined;
  // The same address holds the current object too.
  const address = isDeposed ? `${entry.address} (deposed ${entry.deposed})` : entry.address;
  const code = context.configuration.of(entry);
  const synthesizedHere = synthesized?.resources.get(withoutIndex(entry.address));
  const kind = entry.type === SECRET_TYPE ? "secret" : "target";
  const payloads = new PlannedPayloadReader(
    new PayloadNames(),
    code,
    context.configuration,
    entry.module_address,
  );
  const payload = payloads.read(
    own(fields(change.after), "custom_payload"),
    isMarked(marksAt(change.after_sensitive, "custom_payload")),
    isMarked(marksAt(change.after_unknown, "custom_payload")),
  );
  const payloadBefore = payloads.read(
    own(fields(change.before), "custom_payload"),
    isMarked(marksAt(change.before_sensitive, "custom_payload")),
    false,
  );
  const after = concealer.attributes(change.after, change.after_sensitive, change.after_unknown);
  const before = concealer.attributes(change.before, change.before_sensitive, {});
  const exists = typeof change.before === "object" && change.before !== null;
  const because = replacedBecause(entry);
  const unit = context.unitOf(entry.address);
  const imported = change.importing !== undefined && change.importing !== null;
  const readsLive = isLivePayload(String(constantOf(code?.expressions.custom_payload)));
  const base = {
    address,
    type: entry.type,
    ...defined({ path: synthesizedHere?.path }),
    references: {
      target_name: addressesIn(expressionReferences(code?.expressions.target_name), entry),
    },
    ...defined({ intervalUnit: unit }),
    rotationChecked: context.checked.has(withoutIndex(entry.address)),
    ...(readsLive && { adoption: imported ? ("adopting" as const) : ("done" as const) }),
  };
  // A resource that is not in the code any more has no lifecycle to speak of.
  const ignored =
    code !== undefined && synthesizedHere !== undefined
      ? { ignoresChanges: synthesizedHere.ignoresChanges }
      : {};
  const resource: Resource = {
    ...base,
    ...ignored,
    change: changeOf(change.actions),
    attributes: after,
    ...defined({
      before: exists ? before : undefined,
      payload,
      payloadBefore,
      payloadDrifted: !isDeposed && context.driftedPayloads.has(entry.address) ? true : undefined,
      replacedBecause: because,
    }),
  };
  // What is imported was not under review before: all that is found in it is new.
  const earlier: Resource | undefined =
    exists && !imported
      ? {
          ...base,
          ...ignored,
          change: "none",
          attributes: before,
          before,
          ...defined({ payload: payloadBefore, payloadBefore }),
        }
      : undefined;
  const name = shownName(entry, "after", context);
  const formerName = shownName(entry, "before", context);
  const protectedNow = exists ? asFlag(before.delete_protection) : undefined;
  return {
    kind,
    address,
    ...defined({ formerAddress: entry.previous_address, path: base.path }),
    realisation: "provider",
    ...defined({ name, formerName }),
    resource,
    ...defined({ earlier }),
    differences: allDifferences(entry, context, code, changedPayloadFields(payloadBefore, payload)),
    imported,
    deposed: isDeposed,
    ...defined({
      deferred: context.deferralOf(entry),
      reason: entry.action_reason,
      preventDestroy:
        synthesized !== undefined && code !== undefined
          ? (synthesizedHere?.preventDestroy ?? false)
          : undefined,
      deleteProtected: protectedNow,
    }),
    blind: blindSpots(entry, code, payload?.complete),
  };
}

function allDifferences(
  entry: ResourceChange,
  { concealer }: Context,
  code: ConfiguredResource | undefined,
  payloadFields: readonly string[] | undefined,
): Difference[] {
  const kinds = changeOf(entry.change.actions);
  if (kinds !== "update" && kinds !== "replace") return [];
  const found = differencesOf(entry, concealer).filter(
    ({ attribute, after }) => after !== UNKNOWN_TEXT || isInCode(attribute, code),
  );
  // What the rotator keeps for itself is one thing.
  const parts = (payloadFields ?? []).map((field) => field.replace(/^_rotation\..*/, "_rotation"));
  const payload = [...new Set(parts)].map((field) => ({
    attribute: `custom_payload, ${field === "" ? "the whole text" : field}`,
  }));
  return [...found, ...payload];
}

/** The item's name on one side, as it may be shown. */
function shownName(
  { type, change }: ResourceChange,
  side: "before" | "after",
  { concealer }: Context,
): string | undefined {
  const name = own(fields(change[side]), "name");
  if (typeof name === "string") {
    return concealer.shown(type, "name", name, marksAt(change[`${side}_sensitive`], "name"));
  }
  const unknown = side === "after" && isMarked(marksAt(change.after_unknown, "name"));
  return unknown ? UNKNOWN_TEXT : undefined;
}

/**
 * Attributes of the code that only the apply will tell, and a payload that is too large or too deep.
 * What the code does not give is the server's choice.
 */
function blindSpots(
  { change }: ResourceChange,
  code: ConfiguredResource | undefined,
  complete: boolean | undefined,
): string[] {
  const unknown = Object.entries(fields(change.after_unknown))
    .filter(([name, marks]) => name !== "id" && isMarked(marks) && isInCode(name, code))
    .map(([name]) => name)
    .sort();
  const isPayloadBlind = complete === false && !unknown.includes("custom_payload");
  return [...unknown, ...(isPayloadBlind ? ["custom_payload"] : [])];
}

const isInCode = (name: string, code: ConfiguredResource | undefined): boolean =>
  code === undefined || Object.hasOwn(code.expressions, name);

/** The resources of this module that an argument names. */
function addressesIn(
  references: readonly string[],
  { module_address: module }: ResourceChange,
): string[] {
  const prefix = module === undefined ? "" : `${module}.`;
  const found = references.flatMap(
    (reference) => /^(?:akeyless_target_web|null_resource)\.[\w-]+/.exec(reference)?.[0] ?? [],
  );
  return [...new Set(found)].map((reference) => prefix + reference);
}

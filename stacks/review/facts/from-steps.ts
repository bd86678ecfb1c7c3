import * as z from "zod";
import { defined } from "../../../common/defined.ts";
import { itemPath } from "../../../common/item-path.ts";
import { readPayloadExpression } from "../../rules/evidence/expression.ts";
import { type PlannedChange, type Resource, SECRET_TYPE, TARGET_TYPE } from "../../rules/model.ts";
import { asFlag } from "../../rules/values.ts";
import { jsonInside } from "../conceal/leaves.ts";
import { marksAt } from "../conceal/marks.ts";
import { PayloadNames } from "../conceal/payload-names.ts";
import type { ConfiguredResource, ResourceChange } from "../read/plan-schema.ts";
import { changeOf, replacedBecause } from "./change.ts";
import { constantOf, withoutIndex } from "./configuration.ts";
import type { Context } from "./context.ts";
import { differencesOf, fields, own } from "./differences.ts";
import type { ReviewedItem } from "./item.ts";
import { type StepSettings, stepSettings } from "./step-settings.ts";
import { idsOf } from "./steps.ts";

/** The two steps of the kit that manage one item: its life, and what makes it as declared. */
interface Pair {
  readonly life: ResourceChange;
  readonly apply: ResourceChange | undefined;
}

const declarationSchema = z.looseObject({
  kind: z.enum(["secret", "target"]),
  name: z.string(),
  settings: z.record(z.string(), z.unknown()).default({}),
});

/**
 * The items that steps of the kit manage (constructs/out-of-state.ts). A plan shows two
 * null_resource for each: the one named `…_Life_…` is the item itself, and destroying it deletes it;
 * the other one applies the settings.
 */
export function itemsOfSteps(changes: readonly ResourceChange[], context: Context): ReviewedItem[] {
  return pairsOf(changes).map((pair) => readItem(pair, context));
}

function pairsOf(changes: readonly ResourceChange[]): Pair[] {
  const steps = changes.filter(({ type, mode }) => type === "null_resource" && mode === "managed");
  const byIds = new Map<string, ResourceChange>();
  for (const step of steps) {
    if (step.deposed === undefined) byIds.set(keyOf(step, idsOf(step.name)), step);
  }
  return steps.flatMap((life): Pair[] => {
    const ids = idsOf(life.name);
    if (!ids.endsWith("_Life") || typeof triggersOf(life).item !== "string") return [];
    return [{ life, apply: byIds.get(keyOf(life, ids.slice(0, -"_Life".length))) }];
  });
}

const keyOf = ({ module_address: module, index }: ResourceChange, ids: string): string =>
  JSON.stringify([module ?? "", ids, index ?? null]);

const triggersOf = ({ change }: ResourceChange): Readonly<Record<string, unknown>> => ({
  ...fields(own(fields(change.before), "triggers")),
  ...fields(own(fields(change.after), "triggers")),
});

function readItem({ life, apply }: Pair, context: Context): ReviewedItem {
  const { concealer, synthesized } = context;
  const code = context.configuration.of(life);
  const declaration = apply && declarationOf(context.configuration.of(apply));
  const kind =
    declaration?.kind ?? (own(triggersOf(life), "target") === undefined ? "target" : "secret");
  const type = kind === "secret" ? SECRET_TYPE : TARGET_TYPE;
  const address = apply?.address ?? life.address;
  const path = synthesized?.resources.get(withoutIndex(address))?.path?.replace(/\/Resource$/, "");
  const change = changeOfPair(life, apply);
  const [before, after] = [nameIn(life, "before"), nameIn(life, "after")];
  const [then, now] = [stepSettings(apply, "before"), stepSettings(apply, "after")];
  const unknown = marksAt(apply?.change.after_unknown, "triggers");
  const attributes = concealer.attributes(
    { ...(now.values ?? declaration?.settings), ...defined({ name: after }) },
    now.sensitive,
    unknown,
  );
  const attributesBefore = concealer.attributes(
    { ...then.values, ...defined({ name: before }) },
    then.sensitive,
    {},
  );
  const payload = payloadOf(apply && context.configuration.of(apply));
  const because = replacedBecause(life);
  const unit = context.unitOf(address);
  const base = {
    address,
    type,
    ...defined({ path }),
    references: {},
    ...defined({ intervalUnit: unit }),
    rotationChecked: context.checked.has(withoutIndex(address)),
  };
  const payloadVersion =
    now.payloadVersion === then.payloadVersion ? undefined : now.payloadVersion;
  // What the step does not send is as it was.
  const payloadBefore = payloadVersion === undefined ? payload : undefined;
  const earlier: Resource | undefined =
    before === undefined
      ? undefined
      : {
          ...base,
          change: "none",
          attributes: attributesBefore,
          ...defined({ payload: payloadBefore }),
        };
  const resource: Resource = {
    ...base,
    change,
    attributes: change === "delete" || change === "forget" ? {} : attributes,
    ...defined({
      before: earlier?.attributes,
      payload,
      // Terraform names the step's triggers, which are not attributes of the item.
      replacedBecause: typeof because === "string" && change === "replace" ? because : undefined,
    }),
  };
  const shown = (name: string | undefined) =>
    name === undefined ? undefined : concealer.text(itemPath(name));
  const [name, formerName] = [shown(after), shown(before)];
  const changes = change === "update" || change === "replace";
  const isReadable = before === undefined || then.values !== undefined;
  return {
    kind,
    address,
    ...defined({ path }),
    realisation: "out-of-state",
    ...defined({ name, formerName }),
    resource,
    ...defined({ earlier }),
    differences:
      changes && isReadable ? differencesOfStep(type, then, now, unknown, concealer) : [],
    imported: false,
    deposed: life.deposed !== undefined,
    ...defined({
      deferred: context.deferralOf(change === "update" && apply !== undefined ? apply : life),
      reason: life.action_reason,
      preventDestroy:
        synthesized !== undefined && code !== undefined
          ? (synthesized.resources.get(withoutIndex(life.address))?.preventDestroy ?? false)
          : undefined,
      deleteProtected: asFlag(attributesBefore.delete_protection),
    }),
    blind: changes && !isReadable ? ["settings before the change"] : [],
    ...defined({ payloadVersion }),
  };
}

function differencesOfStep(
  type: string,
  then: StepSettings,
  now: StepSettings,
  unknown: unknown,
  concealer: Context["concealer"],
): ReviewedItem["differences"] {
  const { values: before, sensitive: before_sensitive } = then;
  const { values: after, sensitive: after_sensitive } = now;
  const change = { before, after, before_sensitive, after_sensitive, after_unknown: unknown };
  const version = { before: then.payloadVersion, after: now.payloadVersion };
  const text = (written = "(not set)") => concealer.text(written);
  return [
    ...differencesOf({ type, change }, concealer),
    ...(version.before === version.after
      ? []
      : [
          {
            attribute: "payload_version",
            before: text(version.before),
            after: text(version.after),
          },
        ]),
  ];
}

function changeOfPair(life: ResourceChange, apply: ResourceChange | undefined): PlannedChange {
  const change = changeOf(life.change.actions);
  if (change !== "none" && change !== "update") return change;
  const applied = apply === undefined ? "none" : changeOf(apply.change.actions);
  return applied === "none" || applied === "forget" ? "none" : "update";
}

function nameIn({ change }: ResourceChange, side: "before" | "after"): string | undefined {
  const item = own(fields(own(fields(change[side]), "triggers")), "item");
  return typeof item === "string" ? item : undefined;
}

const environmentOf = (code: ConfiguredResource | undefined): Readonly<Record<string, unknown>> => {
  for (const { expressions } of code?.provisioners ?? []) {
    const environment = fields(constantOf(expressions.environment));
    if (typeof environment.ROTATION_KIT_DECLARATION === "string") return environment;
  }
  return {};
};

/** The declaration in the step's environment; undefined where only Terraform can work it out. */
function declarationOf(code: ConfiguredResource | undefined) {
  const text = environmentOf(code).ROTATION_KIT_DECLARATION;
  return typeof text === "string" ? declarationSchema.safeParse(jsonInside(text)).data : undefined;
}

/** What the step is given as bootstrap payload; no state or plan shows what becomes of it. */
function payloadOf(code: ConfiguredResource | undefined): Resource["payload"] {
  const template = environmentOf(code).ROTATION_KIT_PAYLOAD_TEMPLATE;
  if (typeof template !== "string") return undefined;
  const facts = readPayloadExpression(template, () => undefined);
  const names = new PayloadNames();
  const fields = facts.fields.map((field) => ({ ...field, path: names.shown(field.path) }));
  return { ...facts, sensitive: undefined, fields };
}

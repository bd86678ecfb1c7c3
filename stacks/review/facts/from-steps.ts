import * as z from "zod";
import { defined } from "../../../common/defined.ts";
import { itemPath } from "../../../common/item-path.ts";
import { readPayloadExpression } from "../../rules/evidence/expression.ts";
import { type PlannedChange, type Resource, SECRET_TYPE, TARGET_TYPE } from "../../rules/model.ts";
import { jsonInside } from "../conceal/leaves.ts";
import { PayloadNames } from "../conceal/payload-names.ts";
import type { ConfiguredResource, ResourceChange } from "../read/plan-schema.ts";
import { changeOf, replacedBecause } from "./change.ts";
import { constantOf, withoutIndex } from "./configuration.ts";
import type { Context } from "./context.ts";
import { fields, own } from "./differences.ts";
import type { ReviewedItem } from "./item.ts";
import { idsOf } from "./steps.ts";

/** The two steps of the kit that realise one item: its life, and what makes it as declared. */
interface Pair {
  readonly life: ResourceChange;
  readonly apply: ResourceChange | undefined;
}

const declarationSchema = z.looseObject({
  kind: z.enum(["secret", "target"]),
  name: z.string(),
  settings: z.record(z.string(), z.unknown()).default({}),
  payload_version: z.string().optional(),
});

/**
 * The items that steps of the kit realise (constructs/out-of-state.ts). A plan shows two
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
  const address = apply?.address ?? life.address;
  const path = synthesized?.resources.get(withoutIndex(address))?.path?.replace(/\/Resource$/, "");
  const change = changeOfPair(life, apply);
  const [before, after] = [nameIn(life, "before"), nameIn(life, "after")];
  const settings = declaration?.settings ?? {};
  const attributes = concealer.attributes({ ...settings, ...defined({ name: after }) }, {}, {});
  const payload = payloadOf(apply && context.configuration.of(apply));
  const because = replacedBecause(life);
  const unit = context.unitOf(address);
  const base = {
    address,
    type: kind === "secret" ? SECRET_TYPE : TARGET_TYPE,
    ...defined({ path }),
    references: {},
    ...defined({ intervalUnit: unit }),
    rotationChecked: context.checked.has(withoutIndex(address)),
  };
  const earlier: Resource | undefined =
    before === undefined
      ? undefined
      : { ...base, change: "none", attributes: change === "none" ? attributes : { name: before } };
  const resource: Resource = {
    ...base,
    change,
    attributes: change === "delete" || change === "forget" ? {} : attributes,
    ...defined({
      before: earlier?.attributes,
      payload,
      replacedBecause: because !== undefined && change === "replace" ? because : undefined,
    }),
  };
  const shown = (name: string | undefined) =>
    name === undefined ? undefined : concealer.text(itemPath(name));
  const [name, formerName] = [shown(after), shown(before)];
  const version = declaration?.payload_version;
  return {
    kind,
    address,
    ...defined({ path }),
    realisation: "out-of-state",
    ...defined({ name, formerName }),
    resource,
    ...defined({ earlier }),
    differences: differencesOf(life, change, shown),
    imported: false,
    deposed: life.deposed !== undefined,
    ...defined({
      reason: life.action_reason,
      preventDestroy:
        synthesized !== undefined && code !== undefined
          ? (synthesized.resources.get(withoutIndex(life.address))?.preventDestroy ?? false)
          : undefined,
    }),
    blind: change === "update" ? ["settings before the change"] : [],
    ...defined({ payloadVersion: version !== undefined && version !== "1" ? version : undefined }),
  };
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

function differencesOf(
  life: ResourceChange,
  change: PlannedChange,
  shown: (name: string | undefined) => string | undefined,
): ReviewedItem["differences"] {
  const { before, after } = life.change;
  const names = [
    ["name", "item"],
    ["target_name", "target"],
  ] as const;
  const found = names.flatMap(([attribute, trigger]) => {
    const [old, now] = [before, after].map((side) =>
      own(fields(own(fields(side), "triggers")), trigger),
    );
    if (typeof old !== "string" || typeof now !== "string" || old === now) return [];
    return [{ attribute, before: shown(old) ?? "", after: shown(now) ?? "" }];
  });
  return change === "update" ? [...found, { attribute: "declaration" }] : found;
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

import { Token } from "cdktf";
import type { ProviderConfig } from "../akeyless/attributes.ts";
import { attributesOf, type Row } from "../attributes/attribute.ts";
import { isPlain } from "../attributes/properties.ts";
import { DeclarationError, isUnknown, shown } from "./errors.ts";
import type { Realisation } from "./settings.ts";

/**
 * The attributes that a construct's own properties declare one to one, in the provider's spelling,
 * with their defaults. What is left out and has no default is left out.
 */
export function plainSettings<Rows extends Readonly<Record<string, Row<never>>>>(
  rows: Rows,
  props: object,
  realisation: Realisation,
): ProviderConfig<Rows> {
  const given = new Map<string, unknown>(Object.entries(props));
  return Object.fromEntries(
    Object.entries(rows)
      .filter(([, row]) => isPlain(row) && (realisation === "out-of-state" || row.type !== null))
      .map(([key, row]) => [key, spelled(row, given.get(row.property) ?? row.value)])
      .filter(([, value]) => value !== undefined),
  ) as ProviderConfig<Rows>;
}

/**
 * Refuses properties that only the API knows where the provider realises the construct.
 * @throws DeclarationError `not_offered_by_provider`
 */
export function refuseNotOffered(
  rows: Readonly<Record<string, Row<never>>>,
  props: object,
  realisation: Realisation,
): void {
  if (realisation === "out-of-state") return;
  const given = new Map<string, unknown>(Object.entries(props));
  for (const { property, value, type, field } of attributesOf(rows)) {
    const declared = given.get(property) ?? value;
    if (type !== null || declared === value) continue;
    throw new DeclarationError(
      "not_offered_by_provider",
      `${property} is ${shown(declared)}, but the Terraform provider has no attribute for it (the API's ${field}): leave it out, or choose the realisation 'out-of-state'`,
    );
  }
}

function spelled({ kind }: Row<never>, value: unknown): unknown {
  if (value === undefined) return undefined;
  // A reference to a number or a switch, where the provider takes a text.
  if (isUnknown(value)) return kind.type === "string" ? Token.asString(value) : value;
  return kind.declared(value);
}

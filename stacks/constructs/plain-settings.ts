import { namedRows, type Row } from "../attributes/attribute.ts";
import { isPlain } from "../attributes/properties.ts";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";
import { textOf } from "./expressions.ts";
import type { Realisation } from "./settings.ts";

type Rows = Readonly<Record<string, Row<never>>>;

/**
 * The attributes that a construct's own properties declare one to one, in the provider's spelling,
 * with their defaults. What is left out and has no default is left out.
 */
export function plainSettings(rows: Rows, props: object): Record<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(props));
  return Object.fromEntries(
    Object.entries(rows)
      .filter(([, row]) => isPlain(row))
      .map(([key, row]) => [key, spelled(row, given.get(row.property) ?? row.value)])
      .filter(([, value]) => value !== undefined),
  );
}

/**
 * The settings that the realisation can carry.
 * @throws DeclarationError `not_offered_by_provider` where only the API has one that is declared
 */
export function offered<Offered>(
  rows: Rows,
  settings: Readonly<Record<string, unknown>>,
  realisation: Realisation,
): Offered {
  if (realisation === "out-of-state") return settings as Offered;
  const lacking = Object.fromEntries(
    Object.entries(rows).filter(([key, { type }]) => type === null && settings[key] !== undefined),
  );
  const declaredValues = Object.keys(lacking).map((key) => settings[key]);
  for (const [index, { kind, property, value, field }] of namedRows(lacking).entries()) {
    const declared = declaredValues[index];
    if (!isUnknown(declared) && kind.canonical(declared) === kind.canonical(value)) continue;
    throw notOffered(property.split(".").at(-1) ?? property, declared, field);
  }
  return Object.fromEntries(
    Object.entries(settings).filter(([key]) => rows[key]?.type !== null),
  ) as Offered;
}

/** Why a property of the API cannot be declared with the provider. */
export const notOffered = (property: string, declared: unknown, field: string): DeclarationError =>
  new DeclarationError(
    "not_offered_by_provider",
    `${property} is ${shownValue(declared)}, but the Terraform provider has no attribute for it (the API's ${field}): leave it out, or choose the realisation 'out-of-state'`,
  );

function spelled({ kind }: Row<never>, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (isUnknown(value)) return kind.type === "string" ? textOf(value) : value;
  return kind.type === "map(string)"
    ? Object.fromEntries(
        Object.entries(value as object).map(([name, text]) => [name, textOf(text)]),
      )
    : kind.declared(value);
}

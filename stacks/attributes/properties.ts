import type { Attribute, Row } from "./attribute.ts";

/** Whether a property of the construct is taken over as it is. */
export const isPlain = ({ property }: Pick<Row<never>, "property">): boolean =>
  !property.includes(".");

/** The properties of a construct that declare what is live; those with the default are left out. */
export function plainProperties<Live>(
  attributes: readonly Attribute<Live>[],
  live: Live,
): Record<string, unknown> {
  return Object.fromEntries(
    attributes.filter(isPlain).flatMap((attribute) => {
      const value = attribute.kind.property(attribute.live?.(live)) ?? unset(attribute);
      const usual = attribute.value ?? (value === false ? false : undefined);
      return value === undefined || value === usual ? [] : [[attribute.property, value]];
    }),
  );
}

/** What it means that the API does not show a switch that is on by default here: it is off. */
const unset = ({ value, undeclared }: Attribute<never>) =>
  value === true && undeclared === "off" ? false : undefined;

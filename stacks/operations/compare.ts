import { type Attribute, SECRET_ATTRIBUTES } from "./attributes.ts";
import type { Item } from "./gateway/item.ts";

/** Settings by attribute name, as a declaration or cdk.tf.json has them. Holds no secret. */
export type Settings = Readonly<Record<string, unknown>>;

/** One attribute whose live value is not what was declared. */
export interface Difference {
  readonly attribute: string;
  /** Comparable form; null = not set. */
  readonly declared: string | null;
  readonly live: string | null;
  /** Whether a Terraform plan would show it too. */
  readonly seenByProvider: boolean;
}

/**
 * Compares an item with what was declared, attribute by attribute. Attributes that no answer of
 * the API shows are left out; {@link unseenAttributes} names those that were declared.
 */
export function differences(declared: Settings, item: Item): Difference[] {
  return SECRET_ATTRIBUTES.flatMap((attribute) => {
    const difference = compare(attribute, declared[attribute.name], item);
    return difference ? [difference] : [];
  });
}

/** Declared attributes whose live value nobody can see through the API. */
export function unseenAttributes(declared: Settings): string[] {
  return SECRET_ATTRIBUTES.filter(
    ({ live, kind, name }) => !live && kind.canonical(declared[name]) !== undefined,
  ).map(({ name }) => name);
}

function compare(attribute: Attribute, value: unknown, item: Item): Difference | undefined {
  const { name, kind, undeclared, seenByProvider } = attribute;
  if (!attribute.live) return undefined;
  if (value == null && undeclared === "server") return undefined;
  const declared = kind.canonical(value);
  const live = kind.canonical(attribute.live(item));
  if (declared === live) return undefined;
  return { attribute: name, declared: declared ?? null, live: live ?? null, seenByProvider };
}

import type { Attribute } from "./attribute.ts";
import { path, text } from "./kinds.ts";

/** Settings by attribute name, as a declaration or cdk.tf.json has them. Holds no secret. */
export type ItemSettings = Readonly<Record<string, unknown>>;

/** One attribute whose live value is not what was declared. */
export interface SettingDifference {
  readonly attribute: string;
  /** Comparable form; null = not set. */
  readonly declared: string | null;
  readonly live: string | null;
  /** False where the item lacks what every gateway is expected to report: nothing is known then. */
  readonly reported: boolean;
  /** Whether a Terraform plan would show it too. */
  readonly seenByProvider: boolean;
  /**
   * A text that is not declared (any more) and still there. What an empty text means in an update is
   * not documented: nothing that can be sent is sure to clear it.
   */
  readonly leftText: boolean;
}

/**
 * Compares what is live with what was declared, attribute by attribute. Attributes that no answer
 * of the API shows are left out; {@link unseen} names those that were declared.
 */
export function compare<Live>(
  attributes: readonly Attribute<Live>[],
  declared: ItemSettings,
  live: Live,
): SettingDifference[] {
  return attributes.flatMap((attribute) => {
    const difference = differenceIn(attribute, declared[attribute.name], live);
    return difference ? [difference] : [];
  });
}

/** Declared attributes whose live value nobody can see: the API, or this item, does not show it. */
export function unseen<Live>(
  attributes: readonly Attribute<Live>[],
  declared: ItemSettings,
  source: Live,
): string[] {
  return attributes
    .filter(({ kind, name }) => kind.canonical(declared[name]) !== undefined)
    .filter(({ live, mayBeUnreported }) => !live || (mayBeUnreported && live(source) == null))
    .map(({ name }) => name);
}

function differenceIn<Live>(
  attribute: Attribute<Live>,
  value: unknown,
  source: Live,
): SettingDifference | undefined {
  const { name, kind, undeclared, seenByProvider } = attribute;
  if (!attribute.live) return undefined;
  if (value == null && undeclared === "server") return undefined;
  const declared = kind.canonical(value);
  const raw = attribute.live(source);
  if (raw == null && attribute.mayBeUnreported) return undefined;
  const live = kind.canonical(raw);
  if (declared === live) return undefined;
  return {
    attribute: name,
    declared: declared ?? null,
    live: live ?? null,
    reported: undeclared === "off" || raw != null,
    seenByProvider,
    leftText: declared === undefined && (kind === text || kind === path),
  };
}

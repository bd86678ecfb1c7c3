import type { IntervalUnit } from "./settings.ts";

/** What was declared about an item, without any secret, in the provider's spelling. */
export interface SecretDeclaration {
  /** Path of the item, with one leading slash. */
  readonly item: string;
  /** The unit that the interval in the settings counts. */
  readonly intervalUnit: IntervalUnit;
  /** Everything but name and payload, by the attribute's name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The payload; secrets in it are named, never shown. */
  readonly payload: unknown;
  /** Whether the kit's own rotator accepts that payload, so that it can be judged. */
  readonly forOurRotator: boolean;
}

import { hashOf } from "../derivation.ts";

/** What a key is named after. Nothing of it is secret. */
interface KeyNameInput {
  readonly item: string;
  readonly system: string;
  readonly username: string;
  readonly generation: number;
  readonly attempt: number;
}

/** The same name for the same input: a repetition finds what an earlier call left behind. */
export function keyName(input: KeyNameInput): string {
  const { item, system, username, generation, attempt } = input;
  const hash = hashOf([item, system, username, String(generation), String(attempt)]);
  return `rotation-kit-${hash.toString("hex").slice(0, 20)}`;
}

/** Something that one side answers otherwise. */
export interface AnswerDifference {
  /** Where in the answer: `item_general_info.password_policy.password_length`. */
  readonly at: string;
  /** The emulator's; undefined: nothing there. */
  readonly emulator?: unknown;
  readonly real?: unknown;
}

/** Where two masked answers differ, in the order of their fields. */
export function differences(emulator: unknown, real: unknown, at = ""): AnswerDifference[] {
  if (isBranch(emulator) && isBranch(real) && Array.isArray(emulator) === Array.isArray(real)) {
    const names = [...new Set([...Object.keys(emulator), ...Object.keys(real)])];
    return names.flatMap((name) =>
      differences(emulator[name], real[name], at === "" ? name : `${at}.${name}`),
    );
  }
  if (JSON.stringify(emulator) === JSON.stringify(real)) return [];
  return [{ at: at || "the answer", emulator, real }];
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

import { secretsBelow } from "./payload.ts";

/**
 * The first net: Terraform's own marks. Everything below a mark is a secret, from the mark down, the
 * keys of a marked map included, and so is what is in JSON inside of a marked text.
 *
 * `marks` has the shape of the value with `true` where it is marked (`before_sensitive`,
 * `after_sensitive`, `sensitive_values`).
 */
export function* markedValues(value: unknown, marks: unknown): Generator<string> {
  const waiting: [unknown, unknown][] = [[value, marks]];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [part, mark] = pair;
    if (mark === true) yield* secretsBelow(part);
    else if (isStructure(mark) && isStructure(part)) {
      for (const [key, inner] of Object.entries(mark)) waiting.push([own(part, key), inner]);
    }
  }
}

/** Whether a mark lies on the value, or anywhere below it. */
export function isMarked(marks: unknown): boolean {
  if (typeof marks !== "object") return marks === true;
  const waiting: unknown[] = [marks];
  for (let mark = waiting.pop(); mark !== undefined; mark = waiting.pop()) {
    if (mark === true) return true;
    if (isStructure(mark)) for (const inner of Object.values(mark)) waiting.push(inner);
  }
  return false;
}

/** The mark, or the marks, of one part of a value. */
export const marksAt = (marks: unknown, key: string): unknown =>
  marks === true ? true : isStructure(marks) ? own(marks, key) : undefined;

type Structure = Readonly<Record<string, unknown>>;

const isStructure = (value: unknown): value is Structure =>
  typeof value === "object" && value !== null;

const own = (value: Structure, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;

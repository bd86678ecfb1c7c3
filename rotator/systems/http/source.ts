import { exactText } from "../../../common/json.ts";
import { type Answer, answerValueAt, headerOf } from "./answer.ts";
import { cookieValue } from "./cookies.ts";
import { contentOfMeta, valueOfInput } from "./html.ts";
import type { Source } from "./recipe-condition.ts";
import type { ReferenceValue } from "./reference.ts";

/** The value at a place in an answer; `undefined` where there is none, or several that differ. */
export function readSource(answer: Answer | undefined, source: Source): ReferenceValue | undefined {
  if (answer === undefined) return undefined;
  if (typeof source === "string") return answerValueAt(answer.json, source);
  if ("header" in source) return headerOf(answer, source.header);
  if ("cookie" in source) return cookieValue(answer.cookies, source.cookie);
  if ("input" in source) return valueOfInput(answer.text, source.input);
  return contentOfMeta(answer.text, source.meta);
}

/** The value at a place in an answer as a text that is not empty; numbers are written out. */
export function readTextSource(answer: Answer | undefined, source: Source): string | undefined {
  return exactText(readSource(answer, source)) || undefined;
}

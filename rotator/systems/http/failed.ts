import { defined } from "../../../common/defined.ts";
import type { Change } from "../system.ts";
import type { Performed } from "./perform.ts";
import type { Verb } from "./recipe.ts";

/**
 * Why the request of a verb did not do what it should. What stopped before the request, and a request
 * that never left, have certainly changed nothing.
 */
export function failedVerb(
  done: Performed<string>,
  { as }: Pick<Verb, "as">,
): Extract<Change, { result: "refused" | "ambiguous" }> {
  const { reason } = done;
  if ("stop" in done) {
    const { stop, authority } = done;
    if (stop === "unsure") return { result: "refused", reason, sent: false, ...statusOf(done) };
    return {
      result: "refused",
      reason,
      ...defined({ authority }),
      ...statusOf(done),
    };
  }
  if (!done.sent) return { result: "refused", reason, sent: false };
  if (done.kind !== "refused") return { result: "ambiguous", reason, ...statusOf(done) };
  const status = done.answer?.status;
  const authority = as !== "nobody" && (status === 401 || status === 403) ? { authority: as } : {};
  return { result: "refused", reason, ...authority, ...statusOf(done) };
}

/** The status that decided, where there is one. */
export function statusOf(done: Performed<string>): { status?: number } {
  const status = "stop" in done ? done.status : done.answer?.status;
  return status === undefined ? {} : { status };
}

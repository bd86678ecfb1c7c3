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
  const status = statusOf(done);
  if ("stop" in done) {
    if (done.stop === "unsure") return { result: "refused", reason, sent: false, ...status };
    const authority = done.authority ?? whose(as, status);
    return { result: "refused", reason, ...defined({ authority }), ...status };
  }
  if (!done.sent) return { result: "refused", reason, sent: false };
  if (done.kind !== "refused") return { result: "ambiguous", reason, ...status };
  return { result: "refused", reason, ...defined({ authority: whose(as, status) }), ...status };
}

/** Whose credential a status refuses, where it is about one. */
function whose(as: Verb["as"], { status }: { readonly status?: number }) {
  return as !== "nobody" && (status === 401 || status === 403) ? as : undefined;
}

/** The status that decided, where there is one. */
export function statusOf(done: Performed<string>): { status?: number } {
  const status = "stop" in done ? done.status : done.answer?.status;
  return status === undefined ? {} : { status };
}

import { defined } from "../../../common/defined.ts";
import document from "./cases.json" with { type: "json" };
import type { Received } from "./subject.ts";

/** Groups of cases; a rotator may be held to some of them only. */
export const PROFILES = ["contract", "authentication", "recovery", "hygiene"] as const;

export type Profile = (typeof PROFILES)[number];

/** A case as it is published, in words. */
export interface CaseText {
  readonly id: string;
  readonly profile: Profile;
  readonly title: string;
  readonly sends: string;
  readonly expects: string;
  readonly why: string;
  readonly repair: string;
  /** What the command line has to name for it; without it the case is skipped. */
  readonly needs?: readonly string[];
}

/** Every case, in the order in which they run. */
export const CASES = document.cases as readonly CaseText[];

/** What came of a case. */
export type Verdict =
  | { readonly result: "passed" }
  | {
      readonly result: "failed" | "warning" | "skipped";
      readonly detail: string;
      /** The answer that decided, where it is not the last one of the case. */
      readonly decided?: Received;
    };

export const passed: Verdict = { result: "passed" };
export const failed = (detail: string, decided?: Received): Verdict => ({
  ...{ result: "failed", detail },
  ...defined({ decided }),
});
export const warning = (detail: string, decided?: Received): Verdict => ({
  ...{ result: "warning", detail },
  ...defined({ decided }),
});
export const skipped = (detail: string): Verdict => ({ result: "skipped", detail });

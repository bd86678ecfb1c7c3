import document from "./cases.json" with { type: "json" };

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
}

/** Every case, in the order in which they run. */
export const CASES = document.cases as readonly CaseText[];

/** What came of a case. */
export type Verdict =
  | { readonly result: "passed" }
  | { readonly result: "failed" | "warning" | "skipped"; readonly detail: string };

export const passed: Verdict = { result: "passed" };
export const failed = (detail: string): Verdict => ({ result: "failed", detail });
export const warning = (detail: string): Verdict => ({ result: "warning", detail });
export const skipped = (detail: string): Verdict => ({ result: "skipped", detail });

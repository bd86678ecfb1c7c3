import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findPlans } from "../../../../stacks/review/read/find-plans.ts";
import { type ReviewOptions, reviewPlans } from "../../../../stacks/review/review.ts";
import type { Review } from "../../../../stacks/review/review-schema.ts";
import { FORMATS, type Format, type FormatOptions } from "../../../../stacks/review/say/formats.ts";
import { DEFAULT_RULE_POLICY } from "../../../../stacks/rules/policy-schema.ts";

/** Plans that test/review/make-plans.ts made with real Terraform. */
export const PLANS = fileURLToPath(new URL("../../../review/fixtures/", import.meta.url));

export const planNames = readdirSync(PLANS).sort();

export const REVIEW_NOW = Date.parse("2026-11-27T12:00:00Z");

export const OPTIONS: ReviewOptions = { policy: DEFAULT_RULE_POLICY, now: REVIEW_NOW };

/** Standard input of a command that must not read it. */
export const noStream = (): Uint8Array => {
  throw new Error("standard input was read");
};

/** The review of a plan of the collection. */
export const reviewOf = (name: string, options: ReviewOptions = OPTIONS): Review =>
  reviewPlans(findPlans(`${PLANS}${name}`, noStream), options);

/** How the tests look at a review. */
const VIEW: FormatOptions = { columns: 80, color: false, location: "catalog.ts" };

/** The review of a plan of the collection in one format. */
export const said = (format: Format, name: string): string => say(format, reviewOf(name));

const say = (format: Format, review: Review): string => {
  const render: (review: Review, options: FormatOptions) => string = FORMATS[format];
  return render(review, VIEW);
};

/** A review in every format, by its name. */
export const inEveryFormat = (review: Review): [Format, string][] =>
  (Object.keys(FORMATS) as Format[]).map((format) => [format, say(format, review)]);

import type { Review } from "../review-schema.ts";
import { github } from "./github.ts";
import { html } from "./html.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { jsonText } from "./neutral.ts";
import { sarif } from "./sarif.ts";
import { type TerminalOptions, terminal } from "./terminal.ts";

/** What a format may need to know besides the review. */
export interface FormatOptions extends TerminalOptions {
  /** The file of the declarations, for SARIF. */
  readonly location: string;
}

/** Every format of a review, by the name that `--format` takes. */
export const FORMATS = {
  terminal: (review, options) => terminal(review, options),
  markdown: (review) => markdown(review),
  html: (review) => html(review),
  json: (review) => jsonText(review),
  sarif: (review, { location }) => sarif(review, location),
  junit: (review) => junit(review),
  github: (review) => github(review),
} as const satisfies Record<string, (review: Review, options: FormatOptions) => string>;

/** Name of a format. */
export type Format = keyof typeof FORMATS;

import { writeFileSync } from "node:fs";
import { Option } from "commander";
import { KitError } from "../../../common/errors/kit-error.ts";
import { readFailure } from "../../../common/read-failure.ts";
import type { Review } from "../../review/review-schema.ts";
import { FORMATS, type Format, type FormatOptions } from "../../review/say/formats.ts";
import { inOneText } from "../../review/too-long.ts";
import { SEVERITIES, type Severity } from "../../rules/severity.ts";
import type { CommandIo } from "../io.ts";
import { withLiveFacts } from "./live.ts";

/** Options of every command that shows a review. */
export interface PresentOptions {
  readonly format: Format;
  readonly json?: true;
  readonly also?: readonly { readonly format: Format; readonly file: string }[];
  readonly catalog: string;
  readonly failOn?: Severity | "never";
  readonly live: boolean;
}

const isFormat = (text: string): text is Format => Object.hasOwn(FORMATS, text);

/** The options that {@link present} reads, for a command's definition. */
export const presentOptions = (): readonly Option[] => [
  new Option("--format <format>", "what to print")
    .choices(Object.keys(FORMATS))
    .default("terminal"),
  new Option("--json", "print one JSON document (rotation-kit/review/v1); same as --format json"),
  new Option(
    "--also <format=file...>",
    "write a further format into a file; may be repeated",
  ).argParser((written: string, before: PresentOptions["also"] = []) => [
    ...before,
    target(written),
  ]),
  new Option(
    "--fail-on <severity>",
    "exit code 2 from a new finding of this severity on (default: the policy's fail_at)",
  ).choices([...SEVERITIES, "never"]),
  new Option("--no-live", "do not ask the gateway about the secrets"),
  new Option("--catalog <file>", "the file of the declarations, to which SARIF points").default(
    "cdktf.json",
  ),
];

function target(written: string): { format: Format; file: string } {
  const [, format = "", file = ""] = /^([a-z]+)=(.+)$/s.exec(written) ?? [];
  if (isFormat(format)) return { format, file };
  throw new KitError("format_unknown", { formats: Object.keys(FORMATS).join(", ") });
}

/**
 * Asks the gateway what only it knows, prints the review, writes it into the files that were asked
 * for, and sets the exit code.
 *
 * @throws KitError `review_too_large`, `review_not_written`
 */
export async function present(
  judged: Review,
  options: PresentOptions,
  io: CommandIo,
): Promise<void> {
  const review = options.live ? await withLiveFacts(judged, io) : judged;
  const formatOptions: FormatOptions = {
    columns: io.columns ?? 80,
    color: usesColor(io),
    location: options.catalog,
  };
  for (const { format, file } of options.also ?? []) {
    const text = textOf(format, review, { ...formatOptions, columns: 100, color: false });
    save(file, text);
  }
  io.out(textOf(options.json ? "json" : options.format, review, formatOptions));
  io.setExitCode(review.verdict.decision === "stop" ? 2 : 0);
}

const textOf = (format: Format, review: Review, options: FormatOptions): string =>
  inOneText(() => FORMATS[format](review, options));

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new KitError("review_not_written", { file, why: readFailure(cause) }, { cause });
  }
}

/** Color only on a terminal (no-color.org), or where somebody asks for it. */
function usesColor({ isTerminal, environment }: CommandIo): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: term } = environment;
  if (no !== undefined && no !== "") return false;
  if (force !== undefined && force !== "" && force !== "0") return true;
  return isTerminal && term !== "dumb";
}

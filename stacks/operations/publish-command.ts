import { appendFileSync } from "node:fs";
import { Command, Option } from "commander";
import { readFailure } from "../../common/read-failure.ts";
import { markerLine, stackSet } from "../review/publish/marker.ts";
import { Unpublished } from "../review/publish/request.ts";
import { publishComment } from "../review/publish/sticky.ts";
import type { Review } from "../review/review-schema.ts";
import { github } from "../review/say/github.ts";
import { markdown } from "../review/say/markdown.ts";
import { commandMessage } from "../review/say/neutral.ts";
import { type CommandIo, processIo } from "./io.ts";
import { EXIT_CODES } from "./output.ts";
import { type PlaceOptions, placeOf } from "./publish/place.ts";
import { readReview } from "./publish/read-review.ts";

interface Options extends PlaceOptions {
  readonly review: string;
  readonly dryRun?: true;
  readonly onUnpublished: "warn" | "fail";
}

/** Largest summary of a step, in bytes. */
const MAX_SUMMARY = 1024 * 1024;

const HELP = `
Examples:
  rotation-kit publish --dry-run
  rotation-kit publish --review review.json --request 12 --head 4f2c9e1 --run 812

Environment:
  GITHUB_TOKEN          on GitHub: may write pull requests; GITHUB_* of the runner tells the rest
  GITLAB_TOKEN          on GitLab: project access token with the scope api; CI_* tells the rest
${EXIT_CODES}`;

/** `rotation-kit publish`: one comment in the pull request, made from a review's JSON. */
export function publishCommand(io: CommandIo = processIo): Command {
  return new Command("publish")
    .description("keep one comment with the review in a pull request or merge request")
    .option("--review <file>", "JSON of the review, as review and plan write it", "review.json")
    .option(
      "--request <number>",
      "number of the pull or merge request (default: from the CI environment)",
    )
    .option("--head <commit>", "commit that was reviewed (default: from the CI environment)")
    .option("--run <number>", "number of this run, which grows (default: from the CI environment)")
    .option("--dry-run", "print the comment, and publish nothing")
    .addOption(
      new Option("--on-unpublished <what>", "what to do if nothing could be published")
        .choices(["warn", "fail"])
        .default("warn"),
    )
    .addHelpText("after", HELP)
    .action((options: Options) => publish(readReview(options.review), options, io));
}

async function publish(review: Review, options: Options, io: CommandIo): Promise<void> {
  if (options.dryRun) {
    const marker = { set: stackSet(review), head: options.head ?? "0000000", run: 0 };
    io.out(`${markerLine(marker)}${markdown(review, 65_000)}`);
    return;
  }
  writeSummary(review, io);
  if (io.environment.GITHUB_ACTIONS === "true") io.out(github(review));
  try {
    const { host, head, run, limit } = placeOf(options, io.environment, io.clock);
    const marker = { set: stackSet(review), head, run };
    const done = await publishComment(host, marker, markdown(review, limit - 500));
    io.err(`comment ${done}\n`);
  } catch (error) {
    if (!(error instanceof Unpublished)) throw error;
    io.out(markdown(review));
    if (io.environment.GITHUB_ACTIONS === "true") {
      io.out(`::warning title=review not published::${commandMessage(error.message)}\n`);
    }
    io.err(`not published: ${error.message}\n`);
    io.setExitCode(options.onUnpublished === "fail" ? 1 : 0);
  }
}

function writeSummary(review: Review, io: CommandIo): void {
  const { GITHUB_STEP_SUMMARY: file } = io.environment;
  if (!file) return;
  try {
    appendFileSync(file, markdown(review, MAX_SUMMARY / 8));
  } catch (cause) {
    io.err(`the step's summary cannot be written (${readFailure(cause)})\n`);
  }
}

import { Command } from "commander";
import { cannotBeApplied } from "../review/judge/verdict.ts";
import { approvedDigest } from "../review/publish/approved.ts";
import { stackSet } from "../review/publish/marker.ts";
import { Unpublished } from "../review/publish/request.ts";
import type { Review } from "../review/review-schema.ts";
import { type CommandIo, processIo } from "./io.ts";
import { EXIT_CODES } from "./output.ts";
import { mergedPlaceOf } from "./publish/place.ts";
import { readReview } from "./publish/read-review.ts";

interface Options {
  readonly review: string;
  readonly digest?: string;
  readonly commit?: string;
}

const HELP = `
Examples:
  rotation-kit plan --fail-on never --also json=review.json && rotation-kit approved
  rotation-kit approved --digest "$DIGEST"

Approved is a review that has nothing to report, or one with the digest that you name. Without
--digest it is the one in the comment that publish left at the merged commit; the same environment
tells where that is, and the same token must read it. A plan that failed is never approved.
${EXIT_CODES}`;

/** `rotation-kit approved`: whether a new plan does what was approved before the merge. */
export function approvedCommand(io: CommandIo = processIo): Command {
  return new Command("approved")
    .description("say whether a review is the one that was approved; exit code 2 where it is not")
    .option("--review <file>", "JSON of the review of the new plan", "review.json")
    .option("--digest <digest>", "the digest that somebody has read and approved")
    .option("--commit <commit>", "commit of the branch (default: as CI says)")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const review = readReview(options.review);
      if (review.verdict.decision === "clear") {
        io.out("approved: the review has nothing to report\n");
        return;
      }
      if (review.stacks.some(cannotBeApplied)) {
        io.out("not approved: a plan failed, so that nobody can know what an apply would do\n");
        io.setExitCode(2);
        return;
      }
      try {
        // CI services hand over an input that nobody gave as an empty text.
        judge(review, options.digest || (await digestOfComment(review, options, io)), io);
      } catch (error) {
        if (!(error instanceof Unpublished)) throw error;
        io.err(`the comment cannot be read: ${error.message}\n`);
        io.setExitCode(1);
      }
    });
}

async function digestOfComment(
  review: Review,
  { commit }: Options,
  { environment, clock }: CommandIo,
): Promise<string | undefined> {
  const place = await mergedPlaceOf(commit, environment, clock);
  return place && approvedDigest(place.host, { set: stackSet(review), head: place.head });
}

function judge({ digest }: Review, approved: string | undefined, io: CommandIo): void {
  if (approved === digest) {
    io.out(`approved: ${digest}\n`);
    return;
  }
  const why =
    approved === undefined
      ? "no review of this change was approved"
      : "the plan does something else than the review that was approved";
  io.out(`not approved: ${why}; read the review, then approve its digest: ${digest}\n`);
  io.setExitCode(2);
}

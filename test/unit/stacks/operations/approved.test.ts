import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { approvedCommand } from "../../../../stacks/operations/approved-command.ts";
import { publishCommand } from "../../../../stacks/operations/publish-command.ts";
import { withoutPlan } from "../../../../stacks/review/failed.ts";
import { markerLine, stackSet } from "../../../../stacks/review/publish/marker.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import type { Review } from "../../../../stacks/review/review-schema.ts";
import { collectingIo } from "../../../harness/collecting-io.ts";
import { type CommentServer, startCommentServer, TOKEN } from "../../../harness/comment-servers.ts";
import { OPTIONS, reviewOf } from "../review/plans.ts";

const HEAD = "4f2c9e1aa0";
const MERGE = "91b7c3d2e5";
const review: Review = reviewOf("rename");
const other: Review = { ...review, digest: "0".repeat(64) };

describe.each(["github", "gitlab"] as const)("on %s", (kind) => {
  let server: CommentServer;
  let environment: Record<string, string>;
  beforeEach(async () => {
    server = await startCommentServer(kind);
    server.merged.set(MERGE, HEAD);
    environment =
      kind === "github"
        ? {
            GITHUB_TOKEN: TOKEN,
            GITHUB_REPOSITORY: "o/r",
            GITHUB_API_URL: server.url,
            GITHUB_SHA: MERGE,
            GITHUB_REF_NAME: "main",
          }
        : {
            GITLAB_CI: "true",
            GITLAB_TOKEN: TOKEN,
            CI_API_V4_URL: server.url,
            CI_PROJECT_ID: "5",
            CI_COMMIT_SHA: MERGE,
            CI_COMMIT_BRANCH: "main",
          };
    return () => server.stop();
  });

  async function run(
    command: typeof approvedCommand,
    what: Review,
    args: readonly string[] = [],
  ): Promise<{ out: string; err: string; code: number }> {
    const folder = mkdtempSync(join(tmpdir(), "rotation-kit-approved-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "review.json");
    writeFileSync(file, JSON.stringify(what));
    const { io, said } = collectingIo({ environment });
    await command(io).parseAsync(["--review", file, ...args], { from: "user" });
    return said;
  }
  const publish = (what: Review, head = HEAD) =>
    run(publishCommand, what, ["--request", "7", "--head", head, "--run", "1"]);
  const approved = (what: Review, args: readonly string[] = []) => run(approvedCommand, what, args);

  test("the review that was published for the merged commit is approved", async () => {
    await publish(review);
    expect(await approved(review)).toMatchObject({ code: 0, out: `approved: ${review.digest}\n` });
  });

  test("another plan is not, and the sentence names the digest to approve", async () => {
    await publish(review);
    const { code, out } = await approved(other);
    expect(code).toBe(2);
    expect(out).toMatch(/^not approved: the plan does something else .*: 0{64}\n$/);
  });

  test("a comment about an earlier commit, or of somebody else, approves nothing", async () => {
    await publish(review, "aaaaaaaaaa");
    const forged = `${markerLine({ set: stackSet(review), head: HEAD, run: 9 })}Digest of this review: \`${review.digest}\`\n`;
    server.comments.push({ id: 1, author: "person", body: forged });
    server.comments.push({ id: 2, author: "namesake", body: forged });
    const { code, out } = await approved(review);
    expect(code).toBe(2);
    expect(out).toMatch(/no review of this change was approved/);
  });

  test("a request that was merged into another branch approves nothing for this one", async () => {
    await publish(review);
    server.mergedInto = "trial";
    const { code, out } = await approved(review);
    expect(code).toBe(2);
    expect(out).toMatch(/no review of this change was approved/);
  });

  test("a commit without a merged request needs a digest by hand", async () => {
    server.merged.clear();
    expect((await approved(review)).code).toBe(2);
    expect((await approved(review, ["--digest", ""])).code).toBe(2);
    expect((await approved(review, ["--digest", review.digest])).code).toBe(0);
    expect((await approved(other, ["--digest", review.digest])).code).toBe(2);
  });

  test.each([
    [
      "left no plan",
      reviewPlans({ plans: [], unplanned: [] }, OPTIONS, [
        withoutPlan("production", "Planning failed: init left no plan (…)"),
      ]),
    ],
    ["failed half way", reviewOf("failed-precondition")],
  ])("a planning that %s is never approved: it fails alike, whatever it would have done", async (_, failed) => {
    await publish(failed);
    for (const args of [[], ["--digest", failed.digest]]) {
      const { code, out } = await approved(failed, args);
      expect(code).toBe(2);
      expect(out).toMatch(/^not approved: a plan failed/);
    }
  });

  test("a review with nothing to report needs nobody's approval, and no host", async () => {
    environment = {};
    expect((await approved(reviewOf("same"))).code).toBe(0);
  });

  test("a host that cannot be asked is an error, not an approval", async () => {
    environment = { ...environment, GITHUB_TOKEN: "wrong", GITLAB_TOKEN: "wrong" };
    const { code, err } = await approved(review);
    expect(code).toBe(1);
    expect(err).toMatch(/the token is not valid/);
  });

  test("a comment that had to be cut keeps its digest", async () => {
    const [stack] = review.stacks;
    if (stack === undefined) throw new Error("no stack");
    const text = "x ".repeat(1900);
    const findings = Array.from({ length: 60 }, (_, index) => ({
      ...(stack.findings[0] as (typeof stack.findings)[number]),
      rule: `AKR${String(900 + index)}`,
      message: text,
      reason: text,
      remedy: text,
    }));
    const long = { ...review, stacks: [{ ...stack, findings }] };
    await publish(long);
    expect((await approved(long)).code).toBe(0);
  });
});

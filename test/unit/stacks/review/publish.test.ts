import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../../../common/clock.ts";
import { systemClock } from "../../../../common/clock.ts";
import { publishCommand } from "../../../../stacks/operations/publish-command.ts";
import { markerLine, stackSet } from "../../../../stacks/review/publish/marker.ts";
import { parsePlan } from "../../../../stacks/review/read/parse-plan.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import type { Review } from "../../../../stacks/review/review-schema.ts";
import { GITHUB_LIMIT } from "../../../../stacks/review/say/markdown.ts";
import { collectingIo } from "../../../harness/collecting-io.ts";
import { type CommentServer, startCommentServer, TOKEN } from "../../../harness/comment-servers.ts";
import { OPTIONS, reviewOf } from "./plans.ts";

const HEAD = "4f2c9e1aa0";

/** Runs the command in a folder of its own; what it printed, and its exit code. */
async function publish(
  environment: Record<string, string>,
  review: unknown,
  args: readonly string[] = [],
) {
  const folder = mkdtempSync(join(tmpdir(), "rotation-kit-publish-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "review.json");
  writeFileSync(file, JSON.stringify(review));
  const waited: number[] = [];
  const clock: Clock = {
    ...systemClock,
    sleep: async (ms) => void waited.push(ms),
  };
  const { io, said } = collectingIo({ environment, clock });
  await publishCommand(io).parseAsync(["--review", file, ...args], { from: "user" });
  return { ...said, waited };
}

const review: Review = reviewOf("rename");
const clean: Review = reviewOf("same");
/** The same stacks, but nothing to complain about. */
const again = { ...clean, stacks: clean.stacks.map((stack) => ({ ...stack, name: "test" })) };

describe.each(["github", "gitlab"] as const)("on %s", (kind) => {
  let server: CommentServer;
  let environment: Record<string, string>;
  beforeEach(async () => {
    server = await startCommentServer(kind);
    environment =
      kind === "github"
        ? { GITHUB_TOKEN: TOKEN, GITHUB_REPOSITORY: "o/r", GITHUB_API_URL: server.url }
        : { GITLAB_CI: "true", GITLAB_TOKEN: TOKEN, CI_API_V4_URL: server.url, CI_PROJECT_ID: "5" };
    return () => server.stop();
  });
  const run = (number: number, what: Review = review, more: readonly string[] = []) =>
    publish(environment, what, [
      "--request",
      "7",
      "--head",
      HEAD,
      "--run",
      String(number),
      ...more,
    ]);
  const marker = (number: number) => markerLine({ set: stackSet(review), head: HEAD, run: number });

  test("a comment is created, updated in place, and left alone when nothing changed", async () => {
    expect((await run(1)).err).toBe("comment created\n");
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain("Do not apply");
    const before = server.requests.length;
    expect((await run(1)).err).toBe("comment unchanged\n");
    expect(server.requests.slice(before).filter((one) => /PATCH|PUT|DELETE/.test(one))).toEqual([]);
    expect((await run(2, again)).err).toBe("comment updated\n");
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain("Nothing changes");
  });

  test("an older run never overwrites a newer one", async () => {
    await run(9);
    expect((await run(8, again)).err).toBe("comment outdated\n");
    expect(server.comments[0]?.body).toContain("Do not apply");
  });

  test("comments of others with our marker, and our own about other stacks, are left alone", async () => {
    const others = [
      { id: 1, author: "person", body: `${marker(1)}forged` },
      { id: 2, author: "second-bot", body: `${marker(1)}forged` },
      { id: 3, author: "us", body: markerLine({ set: "0".repeat(16), head: HEAD, run: 1 }) },
      { id: 4, author: "us", body: `quoted ${marker(1)}` },
    ];
    server.comments.push(...others.map((comment) => ({ ...comment })));
    expect((await run(2)).err).toBe("comment created\n");
    expect(server.comments.slice(0, 4)).toEqual(others);
  });

  test("the comment is found behind pages of others", async () => {
    for (let id = 1; id <= 250; id++) server.comments.push({ id, author: "person", body: "x" });
    await run(1);
    expect((await run(2, again)).err).toBe("comment updated\n");
    expect(server.comments).toHaveLength(251);
  });

  test("two runs at once leave one comment, of the newer one", async () => {
    server.beforeCreate = () => {
      server.comments.push({ id: 50, author: "us", body: `${marker(4)}of another run` });
    };
    expect((await run(5)).err).toBe("comment updated\n");
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]).toMatchObject({
      id: 50,
      body: expect.stringContaining("Do not apply"),
    });
  });

  test.each([
    ["the older one is slower", 4, 5],
    ["the newer one is slower", 5, 4],
  ])("two whole runs that both create a comment leave one, of the newer one: %s", async (_, slower, faster) => {
    const text = (number: number) => (number === 5 ? again : review);
    server.beforeCreate = () => run(faster, text(faster));
    await run(slower, text(slower));
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain("Nothing changes");
    expect(server.comments[0]?.body).toContain("run=5 ");
  });

  test("a fault of the host is tried again, and a third time is enough", async () => {
    server.refusals.push({ status: 502 }, { status: 503 });
    const { err, waited } = await run(1);
    expect(err).toBe("comment created\n");
    expect(waited).toEqual([2000, 4000]);
    server.refusals.push({ status: 502 }, { status: 503 }, { status: 500 });
    expect((await run(2, again)).err).toMatch(/^not published: /);
  });

  test.each([
    [403, /may not write comments \(403\)/],
    [404, /no such pull request/],
  ])("a %d for the list of comments changes nothing", async (status, why) => {
    server.refusals.push({ status, request: /^GET .*(comments|notes)$/ });
    const { err, out } = await run(1);
    expect(err).toMatch(why);
    expect(out).toContain("Do not apply");
    expect(server.comments).toEqual([]);
  });

  test("what used up a limit does not make another answer one", async () => {
    server.refusals.push({ status: 404, headers: { "x-ratelimit-remaining": "0" } });
    const { err, waited } = await run(1);
    expect(err).toMatch(/no such pull request/);
    expect(waited).toEqual([]);
  });

  test("a limit that names a wait is obeyed", async () => {
    server.refusals.push({ status: 429, headers: { "retry-after": "7" } });
    const { err, waited } = await run(1);
    expect(err).toBe("comment created\n");
    expect(waited).toEqual([7000]);
  });

  test("GitHub's secondary limit is waited for, also as a 403 that only its words tell", async () => {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes.";
    server.refusals.push({ status: 403, message });
    server.refusals.push({ status: 403, message, headers: { "retry-after": "20" } });
    const { err, waited } = await run(1);
    expect(err).toBe("comment created\n");
    expect(waited).toEqual([60_000, 20_000]);
  });

  test("a limit that lasts too long, or does not end, is given up", async () => {
    server.refusals.push({ status: 429, headers: { "retry-after": "3600" } });
    expect((await run(1)).err).toMatch(/not published: the host limits requests/);
    server.refusals.push(...Array.from({ length: 3 }, () => ({ status: 429 })));
    const { err, waited } = await run(1);
    expect(err).toMatch(/not published: the host limits requests/);
    expect(waited).toEqual([60_000, 120_000]);
  });

  test.each([
    [403, /may not write comments \(403\)/],
    [404, /no such pull request/],
    [422, /refused the text/],
  ])("after %d the review is printed, and the exit code is what was asked for", async (status, why) => {
    server.refusals.push({ status }, { status });
    const warned = await run(1);
    expect(warned.err).toMatch(why);
    expect(warned.out).toContain("Do not apply");
    expect(warned.code).toBe(0);
    expect((await run(1, review, ["--on-unpublished", "fail"])).code).toBe(1);
  });

  test("without a token, or with a wrong one, the review is printed", async () => {
    environment = { ...environment, GITHUB_TOKEN: "", GITLAB_TOKEN: "" };
    expect((await run(1)).err).toMatch(/not published: GIT(HUB|LAB)_TOKEN is not set/);
    environment = { ...environment, GITHUB_TOKEN: "wrong", GITLAB_TOKEN: "wrong" };
    expect((await run(1)).err).toMatch(/the token is not valid/);
    expect(server.comments).toEqual([]);
  });
});

describe("GitHub's primary limit", () => {
  test("is waited for until it is reset", async () => {
    const server = await startCommentServer("github");
    onTestFinished(() => server.stop());
    const reset = Math.ceil(Date.now() / 1000) + 30;
    server.refusals.push({
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) },
    });
    const { err, waited } = await publish(
      { GITHUB_TOKEN: TOKEN, GITHUB_REPOSITORY: "o/r", GITHUB_API_URL: server.url },
      review,
      ["--request", "7", "--head", HEAD, "--run", "1"],
    );
    expect(err).toBe("comment created\n");
    expect(waited[0]).toBeGreaterThan(25_000);
    expect(waited[0]).toBeLessThanOrEqual(31_000);
  });
});

describe("GraphQL, which answers 200 to what it refuses", () => {
  const onServer = async (body: object, headers = {}) => {
    const server = await startCommentServer("github");
    onTestFinished(() => server.stop());
    server.refusals.push({ ...{ status: 200, request: /graphql/, body, headers } });
    return publish(
      { GITHUB_TOKEN: TOKEN, GITHUB_REPOSITORY: "o/r", GITHUB_API_URL: server.url },
      review,
      ["--request", "7", "--head", HEAD, "--run", "1"],
    );
  };

  test("a limit is waited for", async () => {
    const limited = { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] };
    const headers = { "x-ratelimit-remaining": "0", "retry-after": "9" };
    expect(await onServer(limited, headers)).toMatchObject({
      err: "comment created\n",
      waited: [9000],
    });
    const secondary = { errors: [{ message: "You have exceeded a secondary rate limit." }] };
    expect(await onServer(secondary)).toMatchObject({ waited: [60_000] });
  });

  test("anything else is said, without a word of the host", async () => {
    const { err, code } = await onServer({ data: null, errors: [{ message: "canary" }] });
    expect(err).toBe("not published: the host refused the request (200)\n");
    expect(code).toBe(0);
  });
});

describe("without a host", () => {
  test("a dry run prints the comment and asks nobody", async () => {
    const { out, code } = await publish({}, review, ["--dry-run"]);
    expect(out).toMatch(/^<!-- rotation-kit:review set=[0-9a-f]{16} head=0000000 run=0 -->\n### /);
    expect(code).toBe(0);
  });

  test("a token is not sent over plain HTTP", async () => {
    const { err } = await publish(
      { GITHUB_TOKEN: TOKEN, GITHUB_REPOSITORY: "o/r", GITHUB_API_URL: "http://git.example.com" },
      review,
      ["--request", "7", "--head", HEAD, "--run", "1"],
    );
    expect(err).toMatch(/address is not https/);
  });

  test("on GitHub Actions the summary is written, and the worst findings are annotations", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rotation-kit-summary-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const summary = join(folder, "summary.md");
    const { out } = await publish({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary }, review);
    expect(readFileSync(summary, "utf8")).toContain("Do not apply");
    expect(out).toMatch(/^::error title=AKR002 secret replaced::/);
    expect(out).toContain("::warning title=review not published::GITHUB_TOKEN is not set");
  });

  test("names of any length are shortened, and what is left out is counted", async () => {
    const created = (name: string) => {
      const change = { actions: ["create"], before: null, after: { name } };
      const type = "akeyless_rotated_secret_custom";
      const resource = { address: `${type}.a["${name}"]`, type, name: "a", index: name, change };
      const plan = JSON.stringify({ format_version: "1.2", resource_changes: [resource] });
      const parsed = parsePlan(Buffer.from(plan), "plan.json");
      return reviewPlans({ plans: [{ ...parsed, stack: "x" }], unplanned: [] }, OPTIONS);
    };
    const name = `/prod/${"x".repeat(9000)}`;
    const long = created(name);
    expect(long.stacks[0]?.secrets[0]?.name).toMatch(/x… \(\d{4} characters left out\)$/);
    // What is left out is approved with the rest: another one is another change.
    const other = created(`${name.slice(0, -1)}y`);
    expect(other.stacks[0]?.secrets[0]?.name).toBe(long.stacks[0]?.secrets[0]?.name);
    expect(other.digest).not.toBe(long.digest);
    expect(created(name).digest).toBe(long.digest);
    const { out, code } = await publish({}, long, ["--dry-run"]);
    expect(code).toBe(0);
    expect(out.length).toBeLessThanOrEqual(GITHUB_LIMIT);
  });

  test.each([
    ["no review", { schema: "rotation-kit/review/v2" }],
    [
      "a forged rule",
      { ...review, stacks: [{ ...review.stacks[0], findings: [{ rule: "<img>" }] }] },
    ],
    ["endless text", { ...review, kit: "x".repeat(5000) }],
  ])("%s is refused", async (_, forged) => {
    await expect(publish({}, forged, ["--dry-run"])).rejects.toMatchObject({
      code: "review_malformed",
    });
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { EnvironmentVariables } from "../../../../common/environment-variables.ts";
import { present } from "../../../../stacks/operations/review/present.ts";
import { reviewCommand } from "../../../../stacks/operations/review-command.ts";
import { FORMATS, type Format } from "../../../../stacks/review/say/formats.ts";
import { collectingIo } from "../../../harness/collecting-io.ts";
import { PLANS, reviewOf } from "../review/plans.ts";

const ESCAPE = "\u001b";

/** Runs the command as a terminal would, or another program; what it printed, and its exit code. */
async function review(
  args: readonly string[],
  terminal: { readonly isTerminal?: boolean; readonly columns?: number } = {},
  environment: EnvironmentVariables = {},
  plan = "rename",
) {
  const { io, said } = collectingIo({ environment, ...terminal });
  await reviewCommand(io).parseAsync([`${PLANS}${plan}`, ...args], { from: "user" });
  return said;
}

describe("color", () => {
  test("is for terminals only, or for those who ask for it", async () => {
    expect((await review([], { isTerminal: true })).out).toContain(ESCAPE);
    expect((await review([])).out).not.toContain(ESCAPE);
    expect((await review([], {}, { FORCE_COLOR: "1" })).out).toContain(ESCAPE);
  });

  test.each([
    [{ NO_COLOR: "1" }],
    [{ TERM: "dumb" }],
  ])("is left away with %j", async (environment) => {
    expect((await review([], { isTerminal: true }, environment)).out).not.toContain(ESCAPE);
  });

  test.each(
    Object.keys(FORMATS).filter((format) => format !== "terminal"),
  )("is in no %s", async (format) => {
    const { out } = await review(["--format", format], { isTerminal: true });
    expect(out).not.toContain(ESCAPE);
  });
});

test("the lines are as long as the terminal is wide, and 80 characters elsewhere", async () => {
  const longest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));
  const words = (text: string) => text.split(/\s+/).join(" ");
  const [narrow, wide] = [await review([]), await review([], { columns: 132 })];
  expect(longest(narrow.out)).toBeLessThanOrEqual(80);
  expect(longest(wide.out)).toBeGreaterThan(80);
  expect(longest(wide.out)).toBeLessThanOrEqual(132);
  expect(words(wide.out)).toBe(words(narrow.out));
});

test("--also writes every format that is asked for, as --format prints it to a program", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rotation-kit-also-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const formats = Object.keys(FORMATS);
  const also = formats.flatMap((format) => ["--also", `${format}=${join(folder, format)}`]);
  const { out } = await review(also, { isTerminal: true });
  expect(out).toContain(ESCAPE);
  for (const format of formats) {
    const printed = await review(["--format", format], { columns: 100 });
    expect(readFileSync(join(folder, format), "utf8"), format).toBe(printed.out);
  }
});

test.each(
  Object.keys(FORMATS) as Format[],
)("as %s, a review that is longer than Node.js takes ends in one sentence", async (format) => {
  const longest = () => "x".repeat(2 ** 30);
  const review = Object.defineProperty({ ...reviewOf("rename") }, "stacks", { get: longest });
  const shown = present(review, { format, catalog: "catalog.ts", live: false }, collectingIo().io);
  await expect(shown).rejects.toMatchObject({
    ...{ code: "review_too_large", exitCode: 1 },
    remedy: expect.stringContaining("one by one"),
  });
});

test("--also refuses a format that does not exist, and names a file that cannot be written", async () => {
  await expect(review(["--also", "pdf=x"])).rejects.toMatchObject({ code: "format_unknown" });
  await expect(review(["--also", `json=${PLANS}no/such/folder`])).rejects.toMatchObject({
    code: "review_not_written",
  });
});

test.each([
  ["rename", [], 2],
  ["rename", ["--fail-on", "never"], 0],
  ["same", [], 0],
  ["steps-update", [], 0],
  ["steps-update", ["--fail-on", "medium"], 2],
] as const)("%s with %j ends with %d", async (plan, args, code) => {
  expect((await review(args, {}, {}, plan)).code).toBe(code);
});

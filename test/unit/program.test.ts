import { expect, test } from "vitest";
import { createProgram } from "../../program.ts";

/** What a command line prints to standard error before any command runs. */
function refusalOf(...words: string[]): string {
  const errors: string[] = [];
  const program = createProgram();
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: (text) => errors.push(text) });
  }
  expect(() => program.parse(["node", "rotation-kit", ...words])).toThrow();
  return errors.join("").trim();
}

test("a word that is nearly a command gets a suggestion, not the whole help", () => {
  expect(refusalOf("staus").split("\n")).toEqual([
    "error: unknown command 'staus'",
    "(Did you mean status?)",
    "See `rotation-kit --help` for the commands.",
  ]);
});

test("an option that is nearly one of the command's gets a suggestion", () => {
  expect(refusalOf("status", "--pth", "/prod/").split("\n")).toEqual([
    "error: unknown option '--pth'",
    "(Did you mean --path?)",
  ]);
});

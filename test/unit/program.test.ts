import type { Command } from "commander";
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

/** Every command that runs by itself, with its name in full. */
function runnable(command: Command, name = command.name()): [string, Command][] {
  const self: [string, Command][] = command.commands.length === 0 ? [[name, command]] : [];
  return [...self, ...command.commands.flatMap((one) => runnable(one, `${name} ${one.name()}`))];
}

test.each(runnable(createProgram()))("the help of %s begins with examples", (name, command) => {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => 50,
  });
  command.outputHelp();
  const [, example = ""] = /^\s*Examples:\n(.*)\n/.exec(help) ?? [];
  expect(example).toContain(name);
  expect(help.split("Examples:")).toHaveLength(2);
  // What the program breaks into lines fits the terminal, words aside that are longer; examples stay as
  // one copies them.
  const [, options = ""] = /\nOptions:\n([\s\S]*?)(\n\n|\n$)/.exec(help) ?? [];
  const isOneWord = (line: string) => /^\s*(-.*\s{2,})?\S+$/.test(line);
  const tooLong = options.split("\n").filter((line) => line.length > 50 && !isOneWord(line));
  expect(tooLong).toEqual([]);
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../../program.ts";
import { healthCommand } from "../../../rotator/process/health.ts";
import { serveCommand } from "../../../rotator/process/serve.ts";
import { commandsOfMarkdown, commandsOfShell, type ShownCommand } from "./command-lines.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const pages = [
  ...["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...["docs", "deploy"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(md|ya?ml|service|sh)$/.test(path))
      .map((path) => join(folder, path)),
  ),
];
const commandsOf = (page: string) =>
  page.endsWith(".md") ? commandsOfMarkdown(read(page)) : commandsOfShell(read(page));

const scripts: Record<string, string> = JSON.parse(read("package.json")).scripts;

const OURS = new Set(["rotation-kit", "rotator", "npx", "npm", "node", "bash"]);

/** What is wrong with a command of ours; nothing where it would start, or where it is not ours. */
function problemOf({ words, toCopy }: ShownCommand): string | undefined {
  const [first = "", second = "", ...rest] = words;
  if (first === "npx")
    return problemOf({ words: words.slice(second.startsWith("-") ? 2 : 1), toCopy });
  if (first === "rotation-kit" || first === "akeyless-rotation-kit")
    return refusal(createProgram(), words.slice(1), toCopy);
  if (first === "node" && second.endsWith("/rotator.mjs"))
    return refusal(serveCommand().addCommand(healthCommand()), rest, toCopy);
  if (first === "rotator")
    return refusal(serveCommand().addCommand(healthCommand()), words.slice(1), toCopy);
  if (first === "npm" && (second === "run" || second === "test")) {
    const [script = "test", ...more] = rest.filter((word) => word !== "--silent");
    if (scripts[script] === undefined) return `no script ${script} in package.json`;
    return script === "rotation-kit" && more[0] === "--"
      ? refusal(createProgram(), more.slice(1), toCopy)
      : undefined;
  }
  const file = /^(?:deploy|\.ci)\//.test(first) ? first : first === "bash" ? second : "";
  return file !== "" && !existsSync(join(ROOT, file)) ? `no file ${file}` : undefined;
}

/** What the real command line says to these words, before any command runs. */
function refusal(program: Command, words: readonly string[], toCopy: boolean): string | undefined {
  for (const command of withChildren(program)) {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
    command.action(() => {});
  }
  try {
    program.parse(words, { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || (!toCopy && LEFT_OUT.has(error.code))) return undefined;
    return error.message;
  }
}

const LEFT_OUT = new Set([
  "commander.missingArgument",
  "commander.missingMandatoryOptionValue",
  "commander.optionMissingArgument",
  "commander.help",
]);

const withChildren = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap(withChildren),
];

describe("what pages show", () => {
  test.each(
    pages.filter((page) => commandsOf(page).some(({ words: [first = ""] }) => OURS.has(first))),
  )("%s: the command line takes it", (page) => {
    const wrong = commandsOf(page).flatMap((command) => {
      const problem = problemOf(command);
      return problem === undefined ? [] : [`${command.words.join(" ")}: ${problem}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe("a wrong command is found", () => {
  test.each([
    ["`rotation-kit sattus --path /prod/`", "unknown option '--path'"],
    ["`npx rotation-kit status --pth /prod/`", "unknown option '--pth'"],
    ["`rotation-kit item repare NAME`", "too many arguments for 'item'"],
    ["```sh\nA=1 rotation-kit review | cat\n```", "missing required argument 'plan'"],
    ["```sh\nrotation-kit review \\\n  plan.json --fail-on mediun\n```", "mediun"],
    ["```sh\nnpm run --silent rotation-kit -- serve --cheque\n```", "--cheque"],
    ["    node dist/service/bin/rotator.mjs --confg rotator.yaml", "--confg"],
    ["`npm run chao`", "no script chao"],
    ["`npx akeyless-rotation-kit innit`", "error"],
    ["`bash .ci/rum`", "no file .ci/rum"],
  ])("%s", (page, problem) => {
    expect(commandsOfMarkdown(page).map(problemOf).join()).toContain(problem);
  });

  test.each([
    "`rotation-kit review`",
    "```sh\nterraform show -json tfplan | npx rotation-kit review -   # reads it\n```",
    "    rotation-kit drift > report.txt 2>&1",
    "`npm run demo -- --keep`",
  ])("%s is right", (page) => {
    expect(commandsOfMarkdown(page).map(problemOf)).not.toContainEqual(expect.any(String));
  });
});

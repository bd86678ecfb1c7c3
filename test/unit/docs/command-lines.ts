import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/** One command that a page shows, as words. */
export interface ShownCommand {
  readonly words: readonly string[];
  /** From a block to copy. A command within a sentence may leave out what the sentence is not about. */
  readonly toCopy: boolean;
}

interface Node {
  readonly type: string;
  readonly value?: string | undefined;
  readonly lang?: string | null | undefined;
  readonly children?: readonly Node[];
}

const EXAMPLES = "Examples:\n";
const SHELL = new Set(["sh", "bash", "shell", "console"]);

/** Every command of a Markdown page: in its code spans, and in the blocks that a reader copies. */
export function commandsOfMarkdown(text: string): ShownCommand[] {
  const visit = ({ type, value = "", lang, children = [] }: Node): ShownCommand[] => {
    if (type === "inlineCode") return commandsOfShell(value, false);
    if (type === "code" && (!lang || SHELL.has(lang))) return commandsOfShell(value, true);
    // The examples of a command's help, in the reference.
    if (type === "code" && value.startsWith(EXAMPLES))
      return commandsOfShell(value.slice(EXAMPLES.length), true);
    return children.flatMap(visit);
  };
  return visit(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}

/** Every line that a reader copies into a shell, as it is shown, without prompt and comment. */
export function linesToCopy(text: string): string[] {
  const visit = ({ type, value = "", lang, children = [] }: Node): string[] => {
    if (type !== "code") return children.flatMap(visit);
    if (lang && !SHELL.has(lang)) return [];
    const lines = value.replace(/ *\\\n\s*/g, " ").split("\n");
    return lang === "console" ? lines.filter((line) => line.startsWith("$ ")) : lines;
  };
  return visit(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }))
    .map((line) =>
      line
        .replace(/^\$ /, "")
        .replace(/\s+#.*$/, "")
        .trim(),
    )
    .filter((line) => line !== "");
}

/** The commands of a script: one for each part of a pipe or list, without variables, comments and redirections. */
export function commandsOfShell(script: string, toCopy = true): ShownCommand[] {
  return script
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => splitLine(line.replace(/^\s*(?:\$|- run:|run:|-) /, "")))
    .map((words) => ({
      words: words.slice(words.findIndex((word) => !ASSIGNMENT.test(word))),
      toCopy,
    }))
    .filter(({ words }) => words.length > 0);
}

const ASSIGNMENT = /^[A-Z_][A-Z0-9_]*=/;
const TOKEN = /'[^']*'|"[^"]*"|&&|\|\||[|;&()]|\d?>>?(?:&\d)?|[^\s'"|;&()>]+/g;

function splitLine(line: string): string[][] {
  const commands: string[][] = [[]];
  let skipNext = false;
  for (const [token] of line.replace(/(^|\s)#.*$/, "").matchAll(TOKEN)) {
    if (/^(?:&&|\|\||[|;&()])$/.test(token)) commands.push([]);
    else if (/^\d?>/.test(token)) skipNext = !token.includes("&");
    else if (skipNext) skipNext = false;
    else commands.at(-1)?.push(token.replace(/^(['"])(.*)\1$/, "$2"));
  }
  return commands.filter((words) => words.length > 0);
}

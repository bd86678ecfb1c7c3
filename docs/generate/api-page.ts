import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GENERATED } from "./markdown.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** What a program imports, with the file that says what it is. */
const ENTRIES: Readonly<Record<string, string>> = {
  "akeyless-rotation-kit": "stacks/index.ts",
  "akeyless-rotation-kit/rotator": "rotator/index.ts",
  "akeyless-rotation-kit/testing": "test/harness/index.ts",
};

/** docs/reference/api.md: every name that the package exports, as the sources declare it. */
export function apiPage(constructs: string): string {
  const described = (name: string) => constructs.includes(`\n### ${name}\n`);
  const shown = new Set<string>();
  const sections = Object.entries(ENTRIES).map(([entry, file]) => {
    const names = namesOf(file).sort((one, other) => (one.name < other.name ? -1 : 1));
    const there = names.filter(({ name }) => described(name));
    const above = names.filter(({ name }) => shown.has(name));
    const here = names.filter(({ name }) => !described(name) && !shown.has(name));
    for (const { name } of here) shown.add(name);
    return [
      `## ${entry}`,
      introduction(file),
      there.length > 0
        ? `Constructs and their properties have [a page of their own](constructs.md): ${there
            .map(({ name }) => `[${name}](constructs.md#${name.toLowerCase()})`)
            .join(", ")}.`
        : "",
      above.length > 0
        ? `Also: ${above.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(", ")}.`
        : "",
      ...here.map((one) => `### ${one.name}\n\n\`\`\`ts\n${declarationOf(one)}\n\`\`\``),
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  });
  return `# API

${GENERATED}

What the package exports, by entry point. [What is supported](support.md)

\`akeyless-rotation-kit/testing/vitest\` adds matchers for declarations to Vitest: import it once, in a
setup file or a test.

${sections.join("\n\n")}
`;
}

/** The comment at the top of an entry point. */
function introduction(file: string): string {
  const [, comment = ""] = /^\/\*\*\n([\s\S]*?)\*\//.exec(read(file)) ?? [];
  return comment
    .replace(/^ \* ?/gm, "")
    .replace(/@module|\(docs\/[^)]*\)/g, "")
    .replace(/\s+/g, " ")
    .replace(/ \./g, ".")
    .replace(/^`[^`]*`: an/, "An")
    .trim();
}

/** A name that is exported, and where it is declared. */
interface Named {
  readonly name: string;
  /** The name in that file. */
  readonly original: string;
  readonly file: string;
}

const EXPORT_FROM = /^export (?:type )?\{([^}]*)\} from "(\.[^"]+)";/gm;

/** Every name of an entry point, followed to the file that declares it. */
function namesOf(file: string): Named[] {
  return [...read(file).matchAll(EXPORT_FROM)].flatMap(([, list = "", from = ""]) => {
    const target = join(dirname(file), from);
    return list
      .split(",")
      .map((part) => part.replace(/\btype /, "").trim())
      .filter((part) => part !== "")
      .map((part) => {
        const [original = "", name = original] = part.split(" as ");
        const further = namesOf(target).find((one) => one.name === original);
        return { name, original: further?.original ?? original, file: further?.file ?? target };
      });
  });
}

const COMMENT = String.raw`(?:/\*\*(?:(?!\*/)[\s\S])*\*/\n)`;

/** The declaration as a reader of types sees it: with its comments, without what only runs. */
function declarationOf({ name, original, file }: Named): string {
  if (!existsSync(join(ROOT, file))) throw new Error(`${name}: no file ${file}`);
  const kinds = "(?:abstract )?class|interface|type|(?:async )?function|const";
  const start = new RegExp(`${COMMENT}export (?:${kinds}) ${original}\\b`);
  const text = read(file);
  const at = start.exec(text)?.index;
  if (at === undefined) throw new Error(`${name}: no declaration with a doc comment in ${file}`);
  const lines = text.slice(at).split("\n");
  const first = lines.findIndex((line) => line.startsWith("export "));
  const kept = /^export (?:abstract )?class /.test(lines[first] ?? "")
    ? classOf(lines, first)
    : lines.slice(0, lastOf(lines, first) + 1);
  const declared = kept.join("\n");
  return /^export (?:async )?function /m.test(declared)
    ? declared.replace(/ \{$/, ";").replace(/^export async /m, "export ")
    : declared;
}

/** The last line of a declaration: of a function, the one at which its body begins. */
function lastOf(lines: readonly string[], first: number): number {
  const head = lines[first] ?? "";
  const isLast = (line: string, next = "") => {
    if (/^export (?:async )?function /.test(head)) return /^(?:\S.*)?\{$/.test(line);
    if (/^export interface /.test(head)) return /^(?:export .*)?\}$/.test(line);
    return line.endsWith(";") && !/^[ }]/.test(next);
  };
  return lines.findIndex((line, index) => index >= first && isLast(line, lines[index + 1]));
}

/** A class with its public members, each without its body. */
function classOf(lines: readonly string[], first: number): string[] {
  const end = lines.findIndex((line, index) => index > first && line === "}");
  const kept = lines.slice(0, first + 1);
  let comment: string[] = [];
  for (let index = first + 1; index < end; index += 1) {
    const line = lines[index] ?? "";
    if (/^ {2}(?:\/\*\*| \*)/.test(line)) comment.push(line);
    else if (/^ {2}\S/.test(line) && !/^ {2}[})]/.test(line)) {
      const from = index;
      while (!/[;{]$/.test(lines[index] ?? "")) index += 1;
      const signature = lines.slice(from, index + 1);
      const isHidden =
        /^ {2}(?:(?:static |readonly |async |get |set )*#|private |protected |static \{)/.test(
          line,
        ) || comment.some((one) => one.includes("@internal"));
      if (!isHidden) {
        const closed = signature
          .join("\n")
          .replace(/ \{$/, ";")
          .replace(/^( {2}(?:static )?)async /, "$1");
        kept.push(...comment, closed);
      }
      comment = [];
    } else if (line.trim() === "") comment = [];
  }
  return [...kept, "}"];
}

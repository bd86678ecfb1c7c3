import { readFileSync } from "node:fs";

/** Something exported, with its doc comment. */
export interface Exported {
  readonly name: string;
  readonly doc: string;
  /** What is between its braces. */
  readonly body: string;
}

/** A member of an interface or a class. */
export interface Member {
  readonly name: string;
  /** The type of a property, the parameters of a method. */
  readonly type: string;
  readonly optional: boolean;
  readonly doc: string;
  /** What `@default` says. */
  readonly default: string;
}

const COMMENT = String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/`;
const EXPORTED = new RegExp(
  String.raw`${COMMENT}\nexport (?:abstract )?(?:class|interface|function) (\w+)[^{]*\{[^\n]*\n([\s\S]*?)\n\}`,
  "g",
);
const PROPERTY = new RegExp(String.raw`${COMMENT}\n\s+readonly (\w+)(\?)?: ([^;]+);`, "g");
const METHOD = new RegExp(String.raw`${COMMENT}\n\s+static (\w+)\(([\s\S]*?)\): [\w ]+ \{`, "g");

/** What a source file exports. The sources are formatted by one tool, which makes this reliable. */
export function exportsOf(file: string): Exported[] {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  return [...text.matchAll(EXPORTED)].map(([, doc = "", name = "", body = ""]) => ({
    name,
    doc: plain(doc),
    body,
  }));
}

/** The properties of an interface, in their order. */
export function propertiesOf({ body }: Exported): Member[] {
  return [...body.matchAll(PROPERTY)].map(([, doc = "", name = "", optional, type = ""]) => ({
    name,
    type: type.replace(/\s+/g, " "),
    optional: optional !== undefined,
    ...split(doc),
  }));
}

/** The static methods of a class: the ways to make one. */
export function factoriesOf({ body }: Exported): Member[] {
  const methods = [...body.matchAll(METHOD)].filter(([, doc]) => !doc?.includes("@internal"));
  return methods.map(([, doc = "", name = "", parameters = ""]) => ({
    name,
    type: parameters
      .replace(/\s+/g, " ")
      .replace(/ = \{\}/g, "")
      .replace(/,? $/, "")
      .trim(),
    optional: false,
    ...split(doc),
  }));
}

function split(doc: string): { doc: string; default: string } {
  const [text = "", initial = ""] = plain(doc).split(/\s*@default\s+/);
  return { doc: text, default: initial.replace(/^- /, "") };
}

/** A comment as running text, without its other tags. */
const plain = (comment: string): string =>
  comment
    .replace(/\n[ \t]*\*/g, "\n")
    .replace(/@(?:param|throws|example)[\s\S]*?(?=@default|$)/g, "")
    .replace(/\{@link ([\w.]+)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim();

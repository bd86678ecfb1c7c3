/** Longest name that an output for people shows, and longest sentence, in characters. */
const LONGEST = 300;
const LONGEST_SENTENCE = 1500;

/** Control, bidirectional and zero-width characters, and what else reorders or hides text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * Text of a plan on one line, of bounded length, without what steers a terminal or the log of a CI
 * service: control characters, and the commands of Azure Pipelines and GitHub that work anywhere in
 * a line. Every output for people starts with this one.
 */
export function neutral(text: string, longest: number = LONGEST): string {
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return short
    .replace(UNPRINTABLE, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/##(?=\[|vso\[)/gi, "# #");
}

/** For a terminal, and for the log of a CI service: no line of it is a workflow command. */
export const terminalLine = (line: string): string => line.replace(/^(\s*):(?=:)/, "$1: ");

/** A name as Markdown: a code span, in which GitHub and GitLab link, mention and render nothing. */
export function markdownName(text: string): string {
  const plain = neutral(text);
  if (plain.trim() === "") return "(empty)";
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = /^[` ]|[` ]$/.test(plain) ? " " : "";
  return `${fence}${space}${plain}${space}${fence}`;
}

/**
 * Markdown for a cell of a table, where a pipe would end the cell even inside of a code span, and a
 * backslash before it may be escaped itself.
 */
export const inCell = (text: string): string => text.replaceAll("|", "\\u{7c}");

/** Words that Markdown, GitHub and GitLab leave alone. */
const HARMLESS = /^[A-Za-z0-9(][A-Za-z0-9'’.,;()-]*:?$|^[-–·,;:.)]+$/;
/** Harmless to look at, and yet links: hosts, commits, tickets. */
const LINKS = /^(www\.|GH-\d)|^[0-9a-f]{7,}$|[A-Za-z0-9]\.[A-Za-z]{2,}/i;

/**
 * A sentence that may quote names of a plan. Names in quotation marks, and every word that could
 * become a link, a mention or markup, become code spans.
 */
export function markdownSentence(text: string): string {
  const parts = neutral(text, LONGEST_SENTENCE)
    .split(/("(?:[^"\\]|\\.)*")/)
    .flatMap((part, index) =>
      index % 2 === 1
        ? [markdownName(part.slice(1, -1).replace(/\\(["\\])/g, "$1"))]
        : part.split(/(\s+)/).map((word) => (isHarmless(word) ? word : spanned(word))),
    )
    .filter((part) => part !== "");
  // Two code spans side by side would be read as one.
  return parts.reduce(
    (sentence, part) =>
      sentence.endsWith("`") && part.startsWith("`") ? `${sentence} ${part}` : sentence + part,
    "",
  );
}

const isHarmless = (word: string): boolean =>
  word.trim() === "" || (HARMLESS.test(word) && !LINKS.test(word));

/** Punctuation at the end of a word stays outside of the span, and a bracket that the word does not open. */
function spanned(word: string): string {
  const form = word.includes("(") ? /^(.+?)([,;:.]?)$/s : /^(.+?)(\)?[,;:.]?)$/s;
  const [, name = word, end = ""] = form.exec(word) ?? [];
  return `${markdownName(name)}${end}`;
}

/** For HTML and XML, in text and in attributes with quotation marks; XML 1.0 takes no controls. */
export const markup = (text: string): string => references(neutral(text, LONGEST_SENTENCE));

function references(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The message of a workflow command of GitHub. */
export const commandMessage = (text: string): string =>
  neutral(text, LONGEST_SENTENCE)
    .replaceAll("%", "%25")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A");

/** A property of a workflow command of GitHub. */
export const commandProperty = (text: string): string =>
  commandMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** A document as JSON that stays the same document, and steers nothing where it is printed. */
export function jsonText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)
    .replace(UNPRINTABLE, (one) => (one === "\n" ? one : escapesOf(one)))
    .replace(/##(?=\[|vso\[)/gi, "#\\u0023")}\n`;
}

const escapesOf = (character: string): string =>
  [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");

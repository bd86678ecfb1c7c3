/** What the answers of one side hold that must not be told, or differs for no reason. */
export interface Known {
  /** Texts by what is written in their place, such as the folder of this run. */
  readonly texts: Readonly<Record<string, string>>;
  /** When the run began, milliseconds since the epoch. */
  readonly began: number;
}

/** Words that the answers of any account may hold: names of kinds, states and permissions. */
const WORD = /^[A-Za-z][A-Za-z_-]{0,39}$/;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const HOUR = 3_600_000;

/** Names of fields whose number is another one for every thing. */
const NUMBERED = /(^|_)(id|size)$/;

/** Names of fields whose text is a word of Akeyless's; of any other text only that there is one is told. */
const VOCABULARY =
  /(^|_)(type|status|state|error|permissions|actions|relationship|category|sub_type)$/;

/** An answer without anything of the account: kinds and shapes stay, values go. */
export function masked(value: unknown, known: Known, name = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => masked(each, known, name));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        WORD.test(key) ? key : "<name>",
        masked(part, known, key),
      ]),
    );
  if (typeof value === "number") return NUMBERED.test(name) ? "<number>" : value;
  if (typeof value === "string") return maskedText(value, known, name);
  return value;
}

function maskedText(text: string, known: Known, name: string): string {
  if (text === "") return text;
  if (DATE.test(text)) return relative(Date.parse(text), known.began);
  const shown = hidden(text, known);
  if (name === "error" || name === "last_rotation_error" || name === "message")
    return sentence(shown);
  if (VOCABULARY.test(name) && WORD.test(shown)) return shown;
  return quoted(shown);
}

/** What is only made of what this run wrote itself; of any other text only that there is one. */
const quoted = (text: string): string =>
  text === "" || /^(<[a-z ]+>[/a-z]*)+$/.test(text) ? text : "<text>";

/** Our own names and values first, longest first, so that no part of one stays. */
function hidden(text: string, { texts }: Known): string {
  return Object.entries(texts)
    .filter(([value]) => value !== "")
    .sort(([one], [other]) => other.length - one.length)
    .reduce((all, [value, placeholder]) => all.replaceAll(value, placeholder), text);
}

/** A sentence of the gateway, without names, ids, addresses and what looks like a token. */
function sentence(text: string): string {
  return text
    .replace(/\bhttps?:\/\/[^\s"',]+/g, "<address>")
    .replace(/\b[\w.+-]+@[\w-]+\.[\w.-]+/g, "<mail>")
    .replace(/"([^"]*)"/g, (_, name: string) => `"${quoted(name)}"`)
    .replace(/(?<!\w)'([^']*)'(?!\w)/g, (_, name: string) => `'${quoted(name)}'`)
    .replace(/\b(acc|p|t|u|i)-[\w.-]+/g, "<id>")
    .replace(/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, "<address>")
    .replace(/\[?(?<![\w:])[0-9a-f]{1,4}(:[0-9a-f]{0,4}){2,7}(\]:\d+|\]|(?![\w:]))/gi, "<address>")
    .replace(/\b(?:[\w-]+\.)+[a-z][a-z0-9-]+\b(:\d+)?/gi, "<host>")
    .replace(/(?<![\w<>/])\/[\w@+-][\w./@+-]*/g, "<path>")
    .replace(/\b[A-Za-z0-9+/_-]{24,}={0,2}/g, "<long>")
    .replace(/\b\d{5,}\b/g, "<number>");
}

/** Days and hours are what a schedule is made of; minutes are how long the run takes. */
function relative(at: number, began: number): string {
  const hours = Math.round((at - began) / HOUR);
  return hours === 0 ? "<now>" : `<now ${hours > 0 ? "+" : "-"} ${Math.abs(hours)} h>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** What most texts do not hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SPECIAL = /["\\\u0000-\u001f]|[$%]\{/;

/**
 * A text as it is between quotes in Terraform's own language. What Terraform evaluates in it
 * stays as it is; JSON, in contrast, has one escape for the whole text.
 */
export function quotedText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  let quoted = "";
  for (let at = 0; at < text.length; ) {
    const end = endOfTemplate(text, at);
    const part = text.slice(at, end);
    quoted += end > at + 1 ? part : (ESCAPES[part] ?? withoutControl(part));
    at = end;
  }
  return quoted;
}

/** Whether a text is one reference or call and nothing else, and that without its braces. */
export function soleExpression(text: string): string | undefined {
  return text.startsWith("${") && endOfTemplate(text, 0) === text.length
    ? text.slice(2, -1)
    : undefined;
}

const withoutControl = (character: string): string =>
  character < " " ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : character;

/** Where the template that begins here ends; the next place where none does. */
function endOfTemplate(text: string, at: number): number {
  if (text.startsWith("$${", at) || text.startsWith("%%{", at)) return at + 3;
  if (!text.startsWith("${", at) && !text.startsWith("%{", at)) return at + 1;
  for (let place = at + 2, depth = 1; place < text.length; place += 1) {
    const character = text[place];
    if (character === '"') place = endOfString(text, place + 1);
    else if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    if (depth === 0) return place + 1;
  }
  return text.length;
}

/** The place of the quote that ends a string inside a template. */
function endOfString(text: string, from: number): number {
  let place = from;
  while (place < text.length && text[place] !== '"') {
    place = text[place] === "\\" ? place + 2 : endOfTemplate(text, place);
  }
  return place;
}

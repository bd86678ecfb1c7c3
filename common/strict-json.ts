import { endOfString, mayBeInexact, readJson } from "./json.ts";

/** Why a JSON text is refused, in words that carry nothing of the text. */
export class StrictJsonError extends Error {}

/**
 * {@link readJson} that also refuses what parsers disagree about or choke on: a key that is twice
 * in one object, half of a surrogate pair, and nesting beyond `maxDepth`.
 *
 * @throws StrictJsonError
 */
export function parseStrictJson(text: string, maxDepth: number): unknown {
  const value = parseOrRefuse(text);
  checkStructure(text, maxDepth);
  return mayBeInexact(text) ? readJson(text) : value;
}

function parseOrRefuse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the text, which may hold a password.
    throw new StrictJsonError("is not JSON");
  }
}

/** Walks a text that is known to be JSON; `null` on the stack represents an array. */
function checkStructure(text: string, maxDepth: number): void {
  const stack: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case "{":
      case "[":
        stack.push(text[at] === "{" ? new Set() : null);
        if (stack.length > maxDepth) throw new StrictJsonError("is nested too deeply");
        expectsKey = text[at] === "{";
        break;
      case "}":
      case "]":
        stack.pop();
        expectsKey = false;
        break;
      case ",":
        expectsKey = stack.at(-1) !== null;
        break;
      case '"': {
        const end = endOfString(text, at);
        const quoted = text.slice(at, end + 1);
        if (HALF_OF_A_PAIR.test(quoted)) refuseHalfAPair(quoted);
        if (expectsKey) addKey(stack.at(-1), quoted);
        expectsKey = false;
        at = end;
        break;
      }
    }
  }
}

/** Where a text may hold one half of a surrogate pair without the other; most have no escape at all. */
const HALF_OF_A_PAIR = /\\u[dD][89a-fA-F]/;

/** UTF-8 cannot carry it: each parser makes something else of it. */
function refuseHalfAPair(quoted: string): void {
  if (/\p{Cs}/u.test(JSON.parse(quoted) as string))
    throw new StrictJsonError("holds half of a character");
}

function addKey(keys: Set<string> | null | undefined, quoted: string): void {
  const key: unknown = JSON.parse(quoted);
  if (!keys || typeof key !== "string") return;
  if (keys.has(key)) throw new StrictJsonError("has a key twice");
  keys.add(key);
}

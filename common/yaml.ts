import { isNode, LineCounter, parseDocument, type YAMLError } from "yaml";

/** Plainer words for what people do wrong most. */
const REASONS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indent with spaces, not with tabs",
  DUPLICATE_KEY: "the same name occurs twice in one section",
  BLOCK_AS_IMPLICIT_KEY: "a value that holds a colon and a space belongs into quotes",
  BAD_INDENT: "the indentation fits no section",
  MISSING_CHAR: "a quote, bracket or colon is missing",
  TAG_RESOLVE_FAILED: "tags (!name) are not understood",
  MULTIPLE_DOCS: "there may be only one document, so no line --- after the first setting",
};

/**
 * Reads one YAML (or JSON) document; merge keys (`<<`) are followed, aliases are bounded.
 *
 * @throws YamlError whose sentence tells the place and shows nothing of the text, which may be secret
 */
export function readYaml(text: string): unknown {
  return readPlacedYaml(text).value;
}

/** A YAML document with the places of its values. */
export interface PlacedYaml {
  readonly value: unknown;
  /** The line of a value, or of the nearest one around it; from 1. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** The same as {@link readYaml}, for messages that name the line. @throws YamlError */
export function readPlacedYaml(text: string): PlacedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { merge: true, logLevel: "error", lineCounter });
  // Warnings are about what would be read as something else than it says.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw new YamlError(placed(error), { cause: error });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (cause) {
    throw new YamlError("it refers to an anchor (*name) that is not there, or too often", {
      cause,
    });
  }
  if (holdsItself(value)) throw new YamlError("a part must not hold itself by an anchor (*name)");
  return {
    value,
    lineOf(path) {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
      }
      return undefined;
    },
  };
}

/** Anyone who walks along such a value would never end. */
function holdsItself(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return false;
  } catch {
    return true;
  }
}

/** A text is not YAML. */
export class YamlError extends Error {}

function placed({ code, linePos }: YAMLError): string {
  const [start] = linePos ?? [];
  const place = start === undefined ? "" : ` at line ${start.line}, column ${start.col}`;
  return `${REASONS[code] ?? code.toLowerCase().replaceAll("_", " ")}${place}`;
}

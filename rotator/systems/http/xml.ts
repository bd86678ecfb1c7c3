import { DOMImplementation, type Element, XMLSerializer } from "@xmldom/xmldom";
import type { XmlElement } from "./recipe-request.ts";
import { resolveText, type Scope, UnbuildableError } from "./reference.ts";

/** Half surrogates, and what XML 1.0 allows nowhere or a parser would change. */
const UNFIT = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

function fitting(value: string): string {
  if (!UNFIT.test(value)) return value;
  throw new UnbuildableError("value_not_allowed", "a character does not fit XML");
}

/**
 * The XML document of a template, in UTF-8. Values are put into a tree, never into text; an attribute or
 * element whose optional value is absent is left out.
 * @throws UnbuildableError when a value is missing or does not fit
 */
export function buildXml(template: XmlElement, scope: Scope): string {
  const document = new DOMImplementation().createDocument(null, "");
  const build = ({ element, attributes, text, children }: XmlElement): Element | undefined => {
    const node = document.createElement(element);
    for (const [name, part] of Object.entries(attributes ?? {})) {
      const value = resolveText(part, scope);
      if (value !== undefined) node.setAttribute(name, fitting(value));
    }
    if (text !== undefined) {
      const value = resolveText(text, scope);
      if (value === undefined) return undefined;
      node.appendChild(document.createTextNode(fitting(value)));
    }
    for (const child of children ?? []) {
      const built = build(child);
      if (built) node.appendChild(built);
    }
    return node;
  };
  const root = build(template);
  if (root === undefined) throw new UnbuildableError("value_missing", "the document is empty");
  const body = new XMLSerializer().serializeToString(root, { requireWellFormed: true });
  return `<?xml version="1.0" encoding="UTF-8"?>${body}`;
}

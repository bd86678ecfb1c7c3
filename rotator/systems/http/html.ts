import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** The value of the form field of a name in a page; `undefined` where none or several differ. */
export function valueOfInput(html: string, name: string): string | undefined {
  return only(html, (element) => {
    if (element.tagName !== "input" || attribute(element, "name") !== name) return undefined;
    return attribute(element, "value");
  });
}

/** The content of the `meta` element of a name in a page; `undefined` where none or several differ. */
export function contentOfMeta(html: string, name: string): string | undefined {
  return only(html, (element) => {
    if (element.tagName !== "meta" || attribute(element, "name") !== name) return undefined;
    return attribute(element, "content");
  });
}

function attribute({ attrs }: Element, name: string): string | undefined {
  return attrs.find((one) => one.name === name)?.value;
}

/** What `read` finds in the elements of a page, where that is one value. */
function only(html: string, read: (element: Element) => string | undefined): string | undefined {
  const found = new Set<string>();
  const open: Node[] = [parse(html)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const value = "attrs" in node ? read(node) : undefined;
    if (value !== undefined) found.add(value);
    if ("childNodes" in node) open.push(...node.childNodes);
  }
  const [first, ...others] = found;
  return others.length === 0 ? first : undefined;
}

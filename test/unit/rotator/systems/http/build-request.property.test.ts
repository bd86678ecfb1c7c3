import { DOMParser } from "@xmldom/xmldom";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  buildForm,
  buildJson,
  buildPath,
  buildRequest,
  headerValue,
} from "../../../../../rotator/systems/http/build-request.ts";
import { type Scope, UnbuildableError } from "../../../../../rotator/systems/http/reference.ts";

/** Anything that a user name or password could be, with what parsers treat specially in front. */
const nasty = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "..",
    ".",
    "%2e%2e",
    "a/../../admin",
    "x?role=admin",
    "x#y",
    'a","admin":true,"b":"',
    "a&role=admin",
    "a\r\nX-Admin: 1",
    "a\u0000b",
    "\ud800",
    "__proto__",
    "{next.password}",
    "@evil.example",
    "\\..\\",
  ),
);

const scopeOf = (value: string): Scope => new Map([["next.username", value]]);

/** What a function returns, or undefined where it refuses to build. */
function built<Result>(build: () => Result): Result | undefined {
  try {
    return build();
  } catch (error) {
    if (error instanceof UnbuildableError) return undefined;
    throw error;
  }
}

test("a value in a path stays one segment, and a server decodes it to what it was", () => {
  fc.assert(
    fc.property(nasty, (value) => {
      const path = built(() => buildPath("/api/users/{next.username}/password", scopeOf(value)));
      if (path === undefined) return;
      const url = new URL(`https://target.internal${path}`);
      expect(url.origin).toBe("https://target.internal");
      expect(url.pathname).toBe(path);
      expect([url.search, url.hash, url.username]).toEqual(["", "", ""]);
      const segments = url.pathname.split("/").slice(1);
      expect(segments).toHaveLength(4);
      expect(decodeURIComponent(segments[2] ?? "")).toBe(value);
    }),
    { numRuns: 2_000 },
  );
});

test("two values side by side cannot climb together", () => {
  const scope: Scope = new Map([
    ["next.username", "."],
    ["parameters.realm", "."],
  ]);
  expect(() => buildPath("/a/{next.username}{parameters.realm}/b", scope)).toThrow(
    UnbuildableError,
  );
});

test.each(["", ".", "..", "a\r\nb", "a\u0000b", "\ud800"])("%j does not fit a path", (value) => {
  expect(() => buildPath("/users/{next.username}", scopeOf(value))).toThrow(UnbuildableError);
});

test("a form is decoded to exactly the fields it was made of", () => {
  fc.assert(
    fc.property(nasty, fc.string({ minLength: 1 }), (value, name) => {
      const form = built(() =>
        buildForm({ [name]: { $value: "next.username" }, fixed: "a b&c=d" }, scopeOf(value)),
      );
      if (form === undefined) return;
      const expected =
        name === "fixed"
          ? [["fixed", "a b&c=d"]]
          : [
              [name, value],
              ["fixed", "a b&c=d"],
            ];
      // Numeric names come first in an object, so the order is not compared.
      expect([...new URLSearchParams(form)].sort()).toEqual(expected.sort());
    }),
    { numRuns: 2_000 },
  );
});

test("JSON is parsed to exactly the structure of the template, whatever the value", () => {
  fc.assert(
    fc.property(nasty, (value) => {
      const template = {
        password: { $value: "next.username" },
        nested: [{ $value: "next.username" }, { keep: true }],
      };
      const request = buildRequest({ method: "POST", path: "/x", json: template }, scopeOf(value));
      expect(JSON.parse(request.body ?? "")).toEqual({
        password: value,
        nested: [value, { keep: true }],
      });
    }),
    { numRuns: 2_000 },
  );
});

test("XML is parsed to exactly the elements of the template, whatever the value", () => {
  const value = { $value: "next.username" };
  const xml = {
    element: "soap:Envelope",
    attributes: { "xmlns:soap": "urn:soap", user: value },
    children: [{ element: "password", text: value }, { element: "keep" }],
  };
  fc.assert(
    fc.property(nasty, (text) => {
      const request = built(() => buildRequest({ method: "POST", path: "/x", xml }, scopeOf(text)));
      // What XML cannot carry is refused.
      expect(request === undefined).toBe(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text));
      if (request === undefined) return;
      const root = new DOMParser().parseFromString(request.body ?? "", "text/xml").documentElement;
      expect(root?.attributes.length).toBe(2);
      expect(root?.getAttribute("user")).toBe(text);
      const children = [...(root?.childNodes ?? [])];
      expect(children.map(({ nodeName, textContent }) => [nodeName, textContent])).toEqual([
        ["password", text],
        ["keep", ""],
      ]);
    }),
    { numRuns: 1_000 },
  );
});

test("what a value looks like is never read as a template", () => {
  const scope: Scope = new Map([["found.tags", { $value: "admin.password" } as never]]);
  expect(buildJson({ tags: { $value: "found.tags" } }, scope)).toEqual({
    tags: { $value: "admin.password" },
  });
});

test("a header value holds no line break, and is the value itself", () => {
  fc.assert(
    fc.property(nasty, (value) => {
      const header = built(() => headerValue(value));
      if (header === undefined) return;
      expect(header).toBe(value);
      expect(header).toMatch(/^[\t\x20-\x7e]*$/);
    }),
    { numRuns: 2_000 },
  );
});

test("an optional member without a value is left out", () => {
  const optional = { $value: "parameters.realm", optional: true } as const;
  expect(buildJson({ a: optional, b: [optional], c: 1 }, new Map())).toEqual({ b: [], c: 1 });
  expect(buildForm({ a: optional, b: "c" }, new Map())).toBe("b=c");
  const children = [{ element: "b", text: optional }, { element: "c" }];
  const xml = { element: "a", attributes: { realm: optional }, children };
  const { body, headers } = buildRequest({ method: "POST", path: "/", xml }, new Map());
  expect(body).toBe('<?xml version="1.0" encoding="UTF-8"?><a><c/></a>');
  expect(headers["content-type"]).toBe("application/xml; charset=utf-8");
  expect(() => buildJson({ a: { $value: "parameters.realm" } }, new Map())).toThrow(
    UnbuildableError,
  );
});

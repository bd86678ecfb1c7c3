import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStrictJson } from "../../../common/strict-json.ts";

test("reads every JSON text that JSON.stringify writes as JSON.parse does", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseStrictJson(text, 20)).toEqual(JSON.parse(text));
    }),
  );
});

describe("refuses", () => {
  test.each<[string, string, string]>([
    ["a key twice", '{"a":1,"a":2}', "has a key twice"],
    ["a key twice, written differently", '{"a":1,"\\u0061":2}', "has a key twice"],
    ["a key twice further down", '[{"b":{"a":1,"c":1,"a":2}}]', "has a key twice"],
    ["a key twice after a nested object", '{"a":{"x":1},"a":1}', "has a key twice"],
    ["half of a surrogate pair", '{"a":"x\\ud83d"}', "holds half of a character"],
    ["the other half, in a key", '{"\\uDE00":1}', "holds half of a character"],
    ["too many objects in objects", '{"a":{"a":{"a":{}}}}', "is nested too deeply"],
    ["too many arrays in arrays", "[".repeat(30_000) + "]".repeat(30_000), "is nested too deeply"],
    ["half a text", '{"a":', "is not JSON"],
    ["nothing", "", "is not JSON"],
  ])("%s", (_name, text, reason) => {
    expect(() => parseStrictJson(text, 3)).toThrow(reason);
  });
});

test("the same key in different objects, or as a value, is fine", () => {
  for (const text of [
    '[{"a":1},{"a":2}]',
    '["\\ud83d\\ude00"]',
    '{"a":{"a":"a"}}',
    '{"a":"\\"a\\":","b":["a","a"]}',
  ])
    expect(parseStrictJson(text, 3)).toEqual(JSON.parse(text));
});

test("says nothing about the text it refuses", () => {
  try {
    parseStrictJson('{"password": s3cret-canary}', 3);
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toContain("s3cret");
  }
});

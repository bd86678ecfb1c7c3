import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson, writeJson } from "../../../common/json.ts";

test.each([
  '{"id":12345678901234567890}',
  '{"id":-9007199254740993,"list":[9007199254740993]}',
  '{"large":1e400,"small":1e-400,"long":0.1000000000000000055511151231257827}',
  '{"__proto__":{"a":1},"constructor":2}',
])("%s comes out as it went in", (text) => {
  expect(writeJson(readJson(text) as object)).toBe(text);
});

test("what JavaScript can hold is an ordinary value", () => {
  const text = '{"a":1,"b":-0.5,"c":[true,null,"x\\u0000\\ud83d\\ude00"],"d":{}}';
  expect(readJson(text)).toEqual(JSON.parse(text));
});

test("any JSON value is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(writeJson({ value: readJson(text) })).toBe(
        JSON.stringify({ value: JSON.parse(text) }),
      );
    }),
  );
});

test.each(["{", '{"a":1,}', "{'a':1}", "NaN", "", '{"a":01}'])("%s is not JSON", (text) => {
  expect(() => readJson(text)).toThrow(SyntaxError);
});

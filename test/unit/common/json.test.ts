import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ExactNumber,
  exactText,
  readJson,
  readJsonToShow,
  writeJson,
} from "../../../common/json.ts";

test.each([
  "9007199254740993",
  "-18446744073709551615",
  "0.1000000000000000055511151231257827",
  "1e400",
  "1e-400",
  "123456789012345678901234567890e-5",
])("%s comes out as it went in", (number) => {
  expect(writeJson(readJson(`{"id":${number},"in":[${number}]}`))).toBe(
    `{"id":${number},"in":[${number}]}`,
  );
  expect(exactText(readJson(number))).toBe(number);
  expect(readJsonToShow(`{ "id" : ${number} }`)).toEqual({ id: number });
});

test("names of Object's prototype come out too", () => {
  const text = '{"__proto__":{"a":12345678901234567890},"constructor":2}';
  expect(writeJson(readJson(text))).toBe(text);
});

test("digits in texts and names stay what they are, also between escapes", () => {
  const text = '{"a\\\\":"x\\",12345678901234567890","12345678901234567890":1,"b":[1e400]}';
  expect(writeJson(readJson(text))).toBe(text);
  expect(readJsonToShow(text)).toEqual({
    "a\\": 'x",12345678901234567890',
    "12345678901234567890": 1,
    b: ["1e400"],
  });
});

test("numbers that JavaScript holds exactly are numbers", () => {
  expect(readJson("[1,-2.5,9007199254740991,1e3,0]")).toEqual([1, -2.5, 9007199254740991, 1000, 0]);
});

test("everything that JSON.parse reads is read alike", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const seen = JSON.stringify(readJson(text), (_, part: unknown) =>
        part instanceof ExactNumber ? Number(part.text) : part,
      );
      expect(seen).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test("a text that looks like an exact number stays a text", () => {
  const value = { a: readJson("9007199254740993"), b: '"number-x:1"', c: "number-x:1" };
  expect(writeJson(value)).toBe('{"a":9007199254740993,"b":"\\"number-x:1\\"","c":"number-x:1"}');
});

test("what is not JSON is refused", () => {
  for (const text of [
    '{"a":1234567890123456789',
    "<html>",
    '{"a":1,}',
    "{'a':1}",
    "NaN",
    "",
    "01",
    "{12345678901234567890:1}",
    "012345678901234567890",
    "[1e400 2]",
    "[1e400",
  ])
    for (const read of [readJson, readJsonToShow])
      expect(() => read(text), text).toThrow(SyntaxError);
});

import { decode, ExtData, encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeValue,
  encodeValue,
  equalValues,
  hasUnknown,
  type TerraformValue,
  UNKNOWN_VALUE,
  withoutUnknowns,
} from "../../../harness/terraform-provider/protocol/values.ts";

/** A map's key. `__proto__` has a test of its own: the decoder refuses it. */
const mapKey = fc.string({ minLength: 1 }).filter((key) => key !== "__proto__");

const { value: anyValue } = fc.letrec<{ value: TerraformValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "grapheme" }),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.constant<TerraformValue>(UNKNOWN_VALUE),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(mapKey, tie("value"), { maxKeys: 4 }),
  ),
}));

describe("values on the wire", () => {
  test("every value comes back as it was written", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(equalValues(decodeValue(encodeValue(value)), value)).toBe(true);
      }),
    );
  });

  test("an unknown value is extension 0 with one zero byte, as Terraform writes it", () => {
    expect(Buffer.from(encodeValue(UNKNOWN_VALUE)).toString("hex")).toBe("d40000");
    expect(decode(encodeValue({ id: UNKNOWN_VALUE }))).toEqual({
      id: new ExtData(0, new Uint8Array([0])),
    });
  });

  test("a refined unknown, as Terraform 1.6 and later send it, is unknown", () => {
    // {1: false, 2: "pre-"}: not null, and starts with pre-.
    const refined = new ExtData(12, Buffer.from("8201c202a47072652d", "hex"));
    expect(decodeValue(encode({ a: { b: refined } }))).toEqual({ a: { b: UNKNOWN_VALUE } });
  });

  test("a key that would change an object's prototype is refused", () => {
    const bytes = encode(JSON.parse('{ "__proto__": { "polluted": true } }'));
    expect(() => decodeValue(bytes)).toThrow("The key __proto__ is not allowed");
  });

  test("another extension is refused instead of passed on", () => {
    const bytes = encode([new ExtData(5, new Uint8Array([1]))]);
    expect(() => decodeValue(bytes)).toThrow("MessagePack extension 5 is not known");
  });
});

describe("unknown values", () => {
  test("are found and removed at any depth", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(hasUnknown(withoutUnknowns(value))).toBe(false);
        if (!hasUnknown(value)) expect(equalValues(withoutUnknowns(value), value)).toBe(true);
      }),
    );
  });

  test("become null", () => {
    expect(withoutUnknowns({ id: UNKNOWN_VALUE, tags: ["a", UNKNOWN_VALUE] })).toEqual({
      id: null,
      tags: ["a", null],
    });
  });
});

test("objects with different keys are different", () => {
  expect(equalValues({ a: null }, { b: null })).toBe(false);
  expect(equalValues({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(equalValues({ a: ["x"] }, { a: ["x"] })).toBe(true);
  expect(equalValues([], {})).toBe(false);
});

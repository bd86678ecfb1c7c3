import { expect, expectTypeOf, test } from "vitest";
import { defined } from "../../../common/defined.ts";

test("keeps what is set, also what is falsy, and leaves out undefined", () => {
  expect(defined({ a: 0, b: "", c: false, d: null, e: undefined })).toEqual({
    a: 0,
    b: "",
    c: false,
    d: null,
  });
  expect(Object.keys(defined({ e: undefined }))).toEqual([]);
});

test("an entry that may be undefined becomes one that may be absent, and literals keep their types", () => {
  const options = defined({ host: "h", port: undefined as number | undefined });
  expectTypeOf(options).toMatchObjectType<{ readonly host: "h"; readonly port?: number }>();
});

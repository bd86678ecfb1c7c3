import { describe, expect, test } from "vitest";
import { readToken } from "../../../../rotator/authentication/token.ts";
import { NOW, token } from "./tokens.ts";

const SECONDS = NOW / 1000;
const code = (text: string) => {
  try {
    readToken(text, NOW);
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("a token is refused early", () => {
  test.each<[string, string]>([
    ["no JWT", "hello"],
    ["three empty parts", ".."],
    ["no JSON inside", "YQ.YQ.YQ"],
    ["alg none", token({}, { alg: "none" })],
    ["alg NONE", token({}, { alg: "NONE" })],
    ["a shared secret", token({}, { alg: "HS256" })],
    ["no alg", token({}, { alg: undefined })],
    ["alg of another type", token({}, { alg: 5 })],
    ["no expiry", token({ exp: undefined })],
    ["an expiry that is not a number", token({ exp: "soon" })],
    ["an issue date that is not a number", token({ iat: "x" })],
  ])("as malformed: %s", (_name, text) => {
    expect(code(text)).toBe("credentials_malformed");
  });

  test.each<[string, Record<string, unknown>]>([
    ["expired", { exp: SECONDS - 31 }],
    ["not valid yet", { nbf: SECONDS + 31 }],
    ["issued in the future", { iat: SECONDS + 31 }],
  ])("by its time: %s", (_name, claims) => {
    expect(code(token(claims))).toBe("credentials_expired");
  });
});

test("clocks may be 30 seconds apart", () => {
  expect(code(token({ exp: SECONDS - 29 }))).toBe("accepted");
  expect(code(token({ nbf: SECONDS + 29, iat: SECONDS + 29 }))).toBe("accepted");
});

describe("the item", () => {
  const itemOf = (attaches: unknown) => readToken(token({ attaches }), NOW).item;

  test("is in claim attaches, a JSON text or an object, with or without the leading slash", () => {
    expect(itemOf('{"item_name":"/prod/app"}')).toBe("/prod/app");
    expect(itemOf({ item_name: "prod/app" })).toBe("/prod/app");
  });

  test.each([
    ["broken JSON", "{"],
    ["null", "null"],
    ["a number", 1],
    ["no name", "{}"],
    ["an empty name", '{"item_name":""}'],
    ["another type", '{"item_name":1}'],
  ])("is unknown with %s", (_name, attaches) => {
    expect(itemOf(attaches)).toBeUndefined();
  });
});

test("the access id is looked for where tokens were seen to have it", () => {
  expect(readToken(token({ access_id: undefined, sub: "p-1" }), NOW).accessId).toBe("p-1");
  expect(readToken(token({ access_id: "p-2", sub: "p-1" }), NOW).accessId).toBe("p-2");
});

import { expect, test } from "vitest";
import { KitError } from "../../../../../common/errors/kit-error.ts";
import { requireHook } from "../../../../../rotator/systems/postgres/guarded-client.ts";
import { scramVerifier } from "../../../../../rotator/systems/postgres/scram.ts";

test("the verifier of RFC 7677's example", async () => {
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  expect(await scramVerifier("pencil", salt)).toBe(
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==" +
      "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  );
});

test("the salt differs each time", async () => {
  expect(await scramVerifier("pencil")).not.toBe(await scramVerifier("pencil"));
});

test("a password that would need SASLprep is refused", async () => {
  await expect(scramVerifier("pässword")).rejects.toThrow("not printable ASCII");
});

test("an installed pg without the hook that answers are checked by is refused before it is used", () => {
  expect(() => requireHook()).not.toThrow();
  expect(() => requireHook({ connection: {} })).toThrow(KitError);
  expect(() => requireHook({ connection: { attachListeners() {} } })).toThrow(KitError);
});

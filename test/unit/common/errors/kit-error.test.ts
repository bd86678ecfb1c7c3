import { expect, test } from "vitest";
import { KitError, printed } from "../../../../common/errors/kit-error.ts";
import { ROTATOR_ERRORS } from "../../../../common/errors/rotator-errors.ts";
import { STACKS_ERRORS } from "../../../../common/errors/stacks-errors.ts";

test("a code brings its sentence, remedy and kind", () => {
  const error = new KitError("busy");
  expect(error).toMatchObject({
    code: "busy",
    message: "Another rotation of this credential is running.",
    kind: "passing",
    exitCode: 1,
  });
  expect(error.remedy).toMatch(/Rotate again/);
});

test("slots are filled in", () => {
  expect(new KitError("body_invalid.because", { reason: "ended early" }).message).toBe(
    "The request body ended early.",
  );
});

test("what fills a slot is taken as it is", () => {
  const reason = "$& {{reason}} $1";
  expect(new KitError("body_invalid.because", { reason }).message).toBe(
    "The request body $& {{reason}} $1.",
  );
});

test("another sentence of a code keeps its code", () => {
  const error = new KitError("credentials_expired.early");
  expect(error.code).toBe("credentials_expired");
  expect(error.message).toBe("The AkeylessCreds token is not valid yet.");
});

test("a place is put before the sentence, and the first error stays as cause", () => {
  const first = new KitError("recipe_invalid", { problem: "line 3 is empty" });
  const placed = first.at("systems.crm");
  expect(placed).toMatchObject({
    code: "recipe_invalid",
    message: "systems.crm: line 3 is empty",
    cause: first,
  });
});

test("the printed line tells code, sentence and remedy", () => {
  expect(printed(new KitError("file_exists", { file: "a.ts" }))).toBe(
    "file_exists: a.ts already exists; name another file, or remove that one first",
  );
  expect(printed(new KitError("stopping"))).toBe(
    "stopping: The rotator is stopping; nothing was changed. Rotate again: another replica serves the request, or this one after its restart.",
  );
});

test("the two halves share no code, so that one code has one meaning", () => {
  const both = Object.keys(ROTATOR_ERRORS).filter((code) => Object.hasOwn(STACKS_ERRORS, code));
  expect(both).toEqual([]);
});

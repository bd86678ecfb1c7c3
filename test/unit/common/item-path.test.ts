import { expect, test } from "vitest";
import { itemPath } from "../../../common/item-path.ts";

test.each([
  ["prod/app", "/prod/app"],
  ["/prod/app", "/prod/app"],
])("%s is the item %s", (name, path) => {
  expect(itemPath(name)).toBe(path);
});

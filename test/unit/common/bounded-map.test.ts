import { expect, test } from "vitest";
import { putBounded } from "../../../common/bounded-map.ts";

test("the entry that was put longest ago makes room, and is returned", () => {
  const map = new Map<string, number>();
  const put = (key: string, value: number) => putBounded(map, key, value, 2);
  expect([put("a", 1), put("b", 2), put("a", 3), put("c", 4)]).toEqual([
    undefined,
    undefined,
    undefined,
    2,
  ]);
  expect([...map]).toEqual([
    ["a", 3],
    ["c", 4],
  ]);
});

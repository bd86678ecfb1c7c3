import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { circlesOf, importsOf, namesOfSeveral } from "./imports.ts";

const page = readFileSync(new URL("../../docs/ARCHITECTURE.md", import.meta.url), "utf8");

/** The table of docs/ARCHITECTURE.md: each room with what it may import. */
const ALLOWED = new Map(
  [...page.matchAll(/^\| `([\w/]+)` \| [^|]+ \|([^|]*)\|$/gm)].map(([, room = "", arrows = ""]) => [
    room,
    { every: arrows.includes("every room"), rooms: arrows.match(/[\w/.]+(?=`)/g) ?? [] },
  ]),
);

const HALVES = ["common", "rotator", "stacks"];
const imports = importsOf(HALVES);

/** The room of a file: a folder of a half, or a file that lies beside the rooms. */
function roomOf(path: string): string {
  const [half = "", second = ""] = path.split("/");
  return half === "common" || second === "" ? half : `${half}/${second}`;
}

/** Files beside the rooms: the public API, the command of the rotator, the example of a deployment. */
const isBesideRooms = (room: string) => /^(stacks|rotator)\/[^/]+\.ts$/.test(room);

function mayImport(from: string, to: string): boolean {
  if (from === to || to === "common") return true;
  if (isBesideRooms(from)) return to.startsWith(`${from.split("/")[0]}/`);
  const allowed = ALLOWED.get(from);
  return (
    allowed?.rooms.some((room) => to === room || (allowed.every && to.startsWith(`${room}/`))) ??
    false
  );
}

const crossing = [
  ...new Set(
    imports
      .filter(({ from, to }) => !mayImport(roomOf(from), roomOf(to)))
      .map(({ from, to }) => `${roomOf(from)} -> ${roomOf(to)}`),
  ),
].sort();

test("the table has a row for every room", () => {
  const rooms = new Set(
    imports.map(({ from }) => roomOf(from)).filter((room) => !isBesideRooms(room)),
  );
  expect([...rooms].filter((room) => !ALLOWED.has(room))).toEqual([]);
});

test("imports between rooms go the allowed way", () => {
  expect(crossing).toEqual([]);
});

describe("files", () => {
  test("no rotator file imports stacks, and neither half imports test", () => {
    const strangers = imports.filter(
      ({ from, to }) =>
        to.startsWith("test/") || (from.startsWith("rotator/") && to.startsWith("stacks/")),
    );
    expect(strangers).toEqual([]);
  });

  test("common imports nothing but itself", () => {
    const leaving = imports.filter(
      ({ from, to }) => from.startsWith("common/") && !to.startsWith("common/"),
    );
    expect(leaving).toEqual([]);
  });

  test("imports go in no circle", () => {
    expect(circlesOf(imports)).toEqual([]);
  });

  test("a name is exported by one file, tests included", () => {
    // Projects of their own: each defines what a user's does.
    const own = /^test\/consumers\//;
    const several = Object.entries(namesOfSeveral([...HALVES, "test", "docs/generate", "build"]))
      .map(([name, files]) => [name, files.filter((file) => !own.test(file))] as const)
      .filter(([, files]) => files.length > 1);
    expect(Object.fromEntries(several)).toEqual({});
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { circlesOf, importsOf, namesOfSeveral } from "./imports.ts";

const page = readFileSync(new URL("../../docs/ARCHITECTURE.md", import.meta.url), "utf8");

/** A line of the table of docs/ARCHITECTURE.md. */
interface Line {
  readonly rooms: readonly string[];
  /** Rooms that each of them may import. */
  readonly named: readonly string[];
  /** A half, each of whose rooms they may import. */
  readonly every: string | undefined;
}

const TABLE: readonly Line[] = [
  ...page.matchAll(/^\| (`[\w/]+`(?: `[\w/]+`)*) \| [^|]+ \|([^|]*)\|$/gm),
].map(([, rooms = "", arrows = ""]) => {
  const [, every] = /every room of `(\w+)`/.exec(arrows) ?? [];
  const named = inBackquotes(arrows).filter((room) => room !== every);
  return { rooms: inBackquotes(rooms), named, every };
});

function inBackquotes(text: string): string[] {
  return [...text.matchAll(/`([\w/.]+)`/g)].map(([, inside = ""]) => inside);
}

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
  const line = TABLE.find(({ rooms }) => rooms.includes(from));
  if (!line) return false;
  const before = line.rooms.slice(0, line.rooms.indexOf(from));
  return [...before, ...line.named].includes(to) || to.startsWith(`${line.every}/`);
}

const crossing = [
  ...new Set(
    imports
      .filter(({ from, to }) => !mayImport(roomOf(from), roomOf(to)))
      .map(({ from, to }) => `${roomOf(from)} -> ${roomOf(to)}`),
  ),
].sort();

test("the table has ten lines, and each room is in one of them", () => {
  expect(TABLE).toHaveLength(10);
  const rooms = new Set(
    imports.map(({ from }) => roomOf(from)).filter((room) => !isBesideRooms(room)),
  );
  expect(TABLE.flatMap((line) => line.rooms).toSorted()).toEqual([...rooms].toSorted());
});

test("imports between rooms go the allowed way", () => {
  expect(crossing).toEqual([]);
});

test("no line names a room that none of its rooms imports", () => {
  const arrows = new Set(imports.map(({ from, to }) => `${roomOf(from)} -> ${roomOf(to)}`));
  const unused = TABLE.flatMap(({ rooms, named }) =>
    named.filter((to) => !rooms.some((from) => arrows.has(`${from} -> ${to}`))),
  );
  expect(unused).toEqual([]);
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

  test("imports go in no circle, neither between files nor between rooms", () => {
    expect(circlesOf(imports)).toEqual([]);
    const between = imports
      .map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }))
      .filter(({ from, to }) => from !== to && !isBesideRooms(from) && !isBesideRooms(to));
    expect(circlesOf(between)).toEqual([]);
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

import { describe, expect, test } from "vitest";
import { circlesOf, importsOf } from "./imports.ts";

/**
 * The rooms and the arrows that are allowed between them; docs/ARCHITECTURE.md shows the same table.
 * Everything may import `common`; a room may import itself.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  common: [],
  "rotator/systems": ["rotator/password", "rotator/observability"],
  "rotator/rotation": ["rotator/systems", "rotator/password"],
  "rotator/observability": [],
  "rotator/config": ["rotator/rotation", "rotator/systems", "rotator/password"],
  "rotator/authentication": ["rotator/rotation"],
  "rotator/traffic": ["rotator/authentication", "rotator/rotation", "rotator/observability"],
  "rotator/http": [
    "rotator/traffic",
    "rotator/authentication",
    "rotator/rotation",
    "rotator/observability",
  ],
  "rotator/testing": ["rotator/systems"],
  "stacks/akeyless": ["stacks/attributes"],
  "stacks/declaration": ["stacks/attributes"],
  "stacks/constructs": ["stacks/akeyless", "stacks/declaration", "stacks/attributes"],
  "stacks/rules": ["stacks/attributes", "stacks/constructs"],
  "stacks/review": ["stacks/rules", "stacks/declaration", "stacks/attributes"],
};

/** Rooms at the top of their half: they put the others together. */
const PUTS_TOGETHER: Readonly<Record<string, RegExp>> = {
  "rotator/process": /^rotator\//,
  "rotator/index.ts": /^rotator\//,
  "rotator/cli.ts": /^rotator\/process$/,
  "stacks/operations": /^stacks\/(gateway|declaration|attributes|rules|review|constructs)$/,
  "stacks/testing": /^stacks\//,
};

/** Arrows that are still to go. A test sees that none is listed in vain, so the list only shrinks. */
const LEFT: readonly string[] = [
  "rotator/systems -> rotator/rotation",
  "stacks/attributes -> stacks/gateway",
  "stacks/constructs -> rotator/config",
  "stacks/constructs -> rotator/password",
  "stacks/constructs -> rotator/rotation",
  "stacks/declaration -> stacks/gateway",
];

/** Circles that are still to go, by the folder that holds them. */
const KNOWN_CIRCLES = ["stacks/rules/"];

const HALVES = ["common", "rotator", "stacks"];
const imports = importsOf(HALVES);

/** The room of a file: a folder of a half, or a file that lies beside the rooms. */
function roomOf(path: string): string {
  const [half = "", second = ""] = path.split("/");
  return half === "common" || second === "" ? half : `${half}/${second}`;
}

/** Files beside the rooms of stacks/: the public API and the example of a deployment. */
const isBesideRooms = (room: string) => /^stacks\/[^/]+\.ts$/.test(room);

function mayImport(from: string, to: string): boolean {
  if (from === to || to === "common") return true;
  if (to === "rotator/index.ts") return from.startsWith("stacks/");
  if (isBesideRooms(from)) return to.startsWith("stacks/");
  return PUTS_TOGETHER[from]?.test(to) ?? ALLOWED[from]?.includes(to) ?? false;
}

const crossing = [
  ...new Set(
    imports
      .filter(({ from, to }) => !mayImport(roomOf(from), roomOf(to)))
      .map(({ from, to }) => `${roomOf(from)} -> ${roomOf(to)}`),
  ),
].sort();

test("imports between rooms go the allowed way", () => {
  expect(crossing.filter((arrow) => !LEFT.includes(arrow))).toEqual([]);
});

test("an arrow that is gone is not listed as left", () => {
  expect(LEFT.filter((arrow) => !crossing.includes(arrow))).toEqual([]);
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
    const circles = circlesOf(imports).filter(
      (files) => !KNOWN_CIRCLES.some((part) => files.every((file) => file.startsWith(part))),
    );
    expect(circles).toEqual([]);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";

const ROOT = new URL("../../", import.meta.url);

/** One import of a file of the project by another, as paths from the top level. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import between files of these folders and top-level files. */
export function importsOf(places: readonly string[]): Import[] {
  return sourcesOf(places).flatMap((from) =>
    [
      ...readFileSync(new URL(from, ROOT), "utf8").matchAll(
        /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g,
      ),
    ].map(([, specifier]) => ({ from, to: normalize(join(dirname(from), specifier ?? "")) })),
  );
}

function sourcesOf(places: readonly string[]): string[] {
  return places.flatMap((place) =>
    place.endsWith(".ts")
      ? [place]
      : readdirSync(new URL(place, ROOT), { recursive: true, encoding: "utf8" })
          .filter((path) => path.endsWith(".ts") && !path.includes("node_modules"))
          .map((path) => `${place}/${path}`),
  );
}

/** Names that a contract gives: what a catalog, environments or a module of one's own exports. */
const BY_CONTRACT = new Set(["declare", "environments", "defaultEnvironment", "createSystem"]);

/** The names that two files or more define and export, each with these files. */
export function namesOfSeveral(places: readonly string[]): Record<string, string[]> {
  const files = new Map<string, string[]>();
  for (const file of sourcesOf(places)) {
    const text = readFileSync(new URL(file, ROOT), "utf8");
    for (const [, name = ""] of text.matchAll(EXPORT)) {
      if (!BY_CONTRACT.has(name)) files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  return Object.fromEntries([...files].filter(([, of]) => of.length > 1));
}

const EXPORT =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/gm;

/** The files of each circle of imports; empty where imports only go one way. */
export function circlesOf(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[][] = [];
  const walk = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) circles.push([...way.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...way, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return circles;
}

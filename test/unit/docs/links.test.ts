import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const filesOf = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  ...filesOf("docs", ".md"),
];
const sources = ["rotator", "stacks", "test", "docs"].flatMap((folder) => filesOf(folder, ".ts"));

/** The anchor of a heading, as code hosts make it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

const hasAnchor = (page: string, anchor: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].some(([, heading = ""]) => anchorOf(heading) === anchor);

test.each(pages)("%s links to what is there", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
    ([, link = ""]) => link,
  );
  const broken = links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !hasAnchor(target, anchor);
  });
  expect(broken).toEqual([]);
});

test("pages in the package link to no page that it leaves out", () => {
  const { files } = JSON.parse(read("package.json")) as { files: string[] };
  const isPacked = (path: string) =>
    files.some((file) => path === file || path.startsWith(`${file}/`));
  const left = pages
    .filter(isPacked)
    .flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+\.md)/g)]
        .map(([, link = ""]) => join(dirname(page), link))
        .filter((target) => !isPacked(target)),
    );
  expect(left).toEqual([]);
});

test("sentences and comments of the code name pages that are there", () => {
  const named = sources.flatMap((source) =>
    [...read(source).matchAll(/(?<!unit\/)\bdocs\/[\w./-]+\.(?:md|json|ts|sh)\b/g)].map(
      ([path]) => path,
    ),
  );
  expect([...new Set(named)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

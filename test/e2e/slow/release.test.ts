import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VERSION } from "../../../common/version.ts";

const ROOT = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "release-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[], cwd = ROOT) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

const release = (...args: readonly string[]) =>
  run("npm", ["run", "--silent", "release", "--", ...args]);

describe("npm run release", () => {
  beforeAll(() => expect(release(folder)).toMatchObject({ status: 0 }));

  test("makes package, bundle and bill of materials, with their sums", () => {
    expect(readdirSync(folder).sort()).toEqual([
      "SHA256SUMS",
      `akeyless-rotation-kit-${VERSION}.tgz`,
      `rotator-${VERSION}.cdx.json`,
      `rotator-${VERSION}.tar.gz`,
    ]);
    expect(run("sha256sum", ["--check", "--strict", "SHA256SUMS"], folder)).toMatchObject({
      status: 0,
    });
  });

  test("the bill of materials has what is in the bundle, and nothing of the rest", () => {
    const { components } = JSON.parse(
      readFileSync(join(folder, `rotator-${VERSION}.cdx.json`), "utf8"),
    ) as { components: { name: string; version: string; hashes: object[] }[] };
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["commander", "jose", "pg", "pino", "zod"]));
    for (const absent of ["express", "cdktf", "constructs", "vitest", "esbuild", "typescript"])
      expect(names).not.toContain(absent);
    const installed = JSON.parse(readFileSync(join(ROOT, "node_modules/pg/package.json"), "utf8"));
    expect(components.find(({ name }) => name === "pg")?.version).toBe(installed.version);
    for (const { hashes } of components) expect(hashes).toHaveLength(1);
  });

  test("the bundle in the tarball starts", () => {
    run("tar", ["-xzf", `rotator-${VERSION}.tar.gz`], folder);
    const rotator = join(folder, `rotator-${VERSION}`, "bin/rotator.mjs");
    const { status, output } = run(process.execPath, [rotator, "--config", "none.yaml", "--check"]);
    rmSync(join(folder, `rotator-${VERSION}`), { recursive: true });
    expect(output).toContain("config_invalid: ");
    expect(status).toBe(1);
  });

  test("npm would publish it", () => {
    const { status, output } = run(
      "npm",
      ["publish", "--dry-run", "--ignore-scripts", `./akeyless-rotation-kit-${VERSION}.tgz`],
      folder,
    );
    expect(output).toContain(`+ akeyless-rotation-kit@${VERSION}`);
    expect(status).toBe(0);
  });
});

test("a tag of another version, or without a section in CHANGELOG.md, is refused", () => {
  expect(release(folder, "v99.0.0")).toMatchObject({
    status: 1,
    output: expect.stringContaining("the tag is v99.0.0"),
  });
});

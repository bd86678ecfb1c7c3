import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { defaultKitCommand } from "../../../../stacks/constructs/kit-command.ts";

const [shell = "", ...words] = defaultKitCommand("/p/node_modules/akeyless-rotation-kit/index.js");

/** A project with the folder in which Terraform runs, and a kit that prints its arguments. */
async function prepare() {
  const project = await mkdtemp(path.join(tmpdir(), "rotation-kit-command-"));
  onTestFinished(() => rm(project, { recursive: true }));
  const folder = path.join(project, "cdktf.out/stacks/with space");
  await mkdir(folder, { recursive: true });
  const install = async (bin: string) => {
    await mkdir(path.join(project, bin), { recursive: true });
    const file = path.join(project, bin, "rotation-kit");
    await writeFile(file, `#!/bin/sh\nprintf '%s|' ${bin} "$@"\n`);
    await chmod(file, 0o755);
  };
  const run = (...args: string[]) =>
    promisify(execFile)(shell, [...words, ...args], {
      cwd: folder,
      env: { PATH: `/usr/bin:/bin:${path.join(project, "on-path")}` },
    });
  return { install, run };
}

describe("the command of the installed kit", () => {
  it("is the one above the folder, and takes each argument as it is", async () => {
    const { install, run } = await prepare();
    await install("node_modules/.bin");
    await install("on-path");
    const { stdout } = await run("check", "--item", "/prod/a b$(exit 3)`id`'\"");
    expect(stdout).toBe("node_modules/.bin|check|--item|/prod/a b$(exit 3)`id`'\"|");
  });

  it("is the one on the PATH where none is above the folder", async () => {
    const { install, run } = await prepare();
    await install("on-path");
    expect((await run("item")).stdout).toBe("on-path|item|");
  });

  it("says what to do where there is none, and asks no registry", async () => {
    const { run } = await prepare();
    await expect(run("item")).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^kit_missing: .*; install the project there with npm ci.*\n$/),
    });
  });
});

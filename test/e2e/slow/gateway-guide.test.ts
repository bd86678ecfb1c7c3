import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack, type Tarball } from "../../../build/pack.ts";

let tarball: Tarball;
let directory: string;

beforeAll(async () => {
  tarball = pack();
  directory = await mkdtemp(join(tmpdir(), "guide-"));
}, 240_000);

afterAll(async () => {
  tarball.remove();
  await rm(directory, { recursive: true, force: true });
});

/** The commands of a block of the guide, the first below a heading, without the prompt. */
async function commands(heading: string): Promise<string[]> {
  const page = await readFile(
    new URL("../../../docs/guides/emulate-a-gateway.md", import.meta.url),
    "utf8",
  );
  const [, below = ""] = page.split(`\n## ${heading}`);
  const [, block = ""] = /```console\n(.*?)```/s.exec(below) ?? [];
  return block
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^\$ /, ""));
}

test("the guide's five commands lead from an empty folder to a rotation", async () => {
  const [install = "", gateway = "", rotator = "", environment = "", rotate = "", ...more] =
    await commands("From an empty folder");
  expect(more).toEqual([]);
  const background: ChildProcess[] = [];
  const shell = (line: string) =>
    spawn("bash", ["-c", line], {
      cwd: directory,
      env: { ...process.env, HOME: directory },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  const run = async (line: string) => {
    const child = shell(line);
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.stderr.on("data", (chunk) => {
      text += chunk;
    });
    const [code] = await once(child, "close");
    expect(code, text).toBe(0);
    return text;
  };
  /** What the guide starts with `&`, until it says that it is ready. */
  const startInBackground = async (line: string, ready: string) => {
    const child = shell(`exec ${line.replace(/ &$/, "")}`);
    background.push(child);
    let text = "";
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        text += chunk;
        if (text.includes(ready)) resolve();
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("close", () => reject(new Error(`"${line}" ended:\n${text}`)));
    });
    return () => text;
  };
  try {
    await run(install.replace("akeyless-rotation-kit", tarball.file));
    const shown = await startInBackground(gateway, "Rotations:");
    await startInBackground(rotator, "rotator ready");
    await run(`${environment} && ${rotate}`);
    const first = JSON.parse(await readFile(join(directory, "my-rotator/accounts.json"), "utf8"));
    expect(first.app).not.toBe("First-Pa55word-From-People");
    await expect
      .poll(shown)
      .toMatch(/\/my\/first-secret.*validation confirmed.*: version 2 in \d+ ms/);
    expect(shown()).not.toContain(first.app);
    expect(shown()).not.toContain("First-Pa55word");
    const play = await commands("Move time, inject faults");
    expect(play.length).toBeGreaterThan(4);
    for (const line of play) await run(`${environment} && ${line}`);
  } finally {
    for (const { pid } of background) if (pid) process.kill(-pid, "SIGTERM");
  }
});

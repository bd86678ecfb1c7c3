import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";

interface Step {
  readonly name: string;
  readonly skipped?: true;
  readonly detail: string;
}

const checkout = path.resolve(import.meta.dirname, "../../..");

let directory: string;
let home: string;
let temporary: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "demo-test-"));
  home = path.join(directory, "home");
  temporary = path.join(directory, "tmp");
  await mkdir(home);
  await mkdir(temporary);
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** Starts the demo with a home and a temporary folder that nobody else uses. */
function startDemo(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "test/demo/main.ts", ...args], {
    cwd: checkout,
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  return { child, output, ended: once(child, "close").then(([code]) => code as number | null) };
}

/** Resolves when the demo prints a line that contains `text`. */
async function line(child: ChildProcess, text: string): Promise<void> {
  if (!child.stdout) throw new Error("the demo has no output");
  for await (const printed of createInterface({ input: child.stdout })) {
    if (printed.includes(text)) return;
  }
  throw new Error(`the demo ended before it printed "${text}"`);
}

/** Command lines of the processes whose environment names this test's temporary folder. */
async function survivors(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found: string[] = [];
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.includes(directory)) {
      found.push(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => pid));
    }
  }
  return found;
}

async function expectNothingLeft() {
  // A provider ends a moment after the Terraform that it served.
  if (process.platform === "linux") await expect.poll(survivors).toEqual([]);
  // The TypeScript loader keeps its compiled modules there.
  const left = (await readdir(temporary)).filter((name) => !name.startsWith("tsx-"));
  expect(left).toEqual([]);
  expect(await readdir(home)).toEqual([]);
}

test.each([
  ["while the parts start", "2/10"],
  ["while Terraform runs", "3/10"],
])("Ctrl-C %s ends everything and leaves nothing", async (_when, step) => {
  const { child, ended, output } = startDemo([]);
  await line(child, step);
  child.kill("SIGINT");
  expect(await ended, output.stderr).toBe(130);
  expect(output.stderr).toBe("");
  await expectNothingLeft();
});

test("without Terraform, the kit creates the items through the API, and only what needs a plan is skipped", async () => {
  const bin = path.join(directory, "bin");
  await mkdir(bin);
  await symlink(process.execPath, path.join(bin, "node"));
  const { ended, output } = startDemo(["--json"], { PATH: bin });
  expect(await ended, output.stderr).toBe(0);
  const { ok, steps } = JSON.parse(output.stdout) as { ok: boolean; steps: Step[] };
  expect(ok).toBe(true);
  expect(steps).toHaveLength(10);
  expect(steps.filter(({ skipped }) => skipped)).toEqual([
    expect.objectContaining({
      name: "diff",
      detail: expect.stringMatching(/^a plan needs Terraform: install Terraform 1\.8 or newer/),
    }),
    expect.objectContaining({
      name: "review",
      detail: expect.stringMatching(/^a review needs a plan: install Terraform 1\.8 or newer/),
    }),
  ]);
  await expectNothingLeft();
});

test("where the named Terraform is not there, one sentence names the remedy, as a JSON document if asked", async () => {
  const { ended, output } = startDemo(["--json"], {
    PATH: path.dirname(process.execPath),
    TERRAFORM_BINARY_NAME: "terraform-that-is-not-here",
  });
  expect(await ended).toBe(1);
  const { ok, steps } = JSON.parse(output.stdout) as { ok: boolean; steps: unknown[] };
  expect(ok).toBe(false);
  expect(steps).toEqual([
    {
      name: "prerequisites",
      ok: false,
      ms: expect.any(Number),
      detail: expect.stringMatching(/was not found on the PATH: install Terraform 1\.8 or newer/),
    },
  ]);
  expect(output.stderr).toBe("");
  await expectNothingLeft();
});

test("an unknown provider is refused with the allowed values", async () => {
  const { ended, output } = startDemo(["--provider", "other"]);
  expect(await ended).toBe(1);
  expect(output.stderr).toContain("--provider is other; it takes stand-in or registry");
});

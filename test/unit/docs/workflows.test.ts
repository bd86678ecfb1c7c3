import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { createProgram } from "../../../program.ts";

const folder = new URL("../../../docs/examples/workflows/", import.meta.url);
const names = readdirSync(folder);
const textOf = (name: string) => readFileSync(new URL(name, folder), "utf8");

const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  jobs: z.record(z.string(), z.looseObject({ steps: z.array(step) })),
});

/** What a workflow may write. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  "github-review.yml": [],
  "github-apply.yml": [],
  "github-publish.yml": ["pull-requests"],
  "github-nightly.yml": ["issues"],
};

describe.each(names.filter((name) => name.startsWith("github-")))("%s", (name) => {
  const { on, permissions, jobs } = workflow.parse(parse(textOf(name)));
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test("has the least permissions", () => {
    const writes = Object.entries(permissions).filter(([, right]) => right === "write");
    expect(writes.map(([permission]) => permission)).toEqual(RIGHTS[name]);
  });

  test("runs no stranger's code with secrets", () => {
    expect(Object.keys(on)).not.toContain("pull_request_target");
  });

  test("names every action by its commit", () => {
    for (const { uses } of steps.filter(({ uses }) => uses !== undefined)) {
      expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
  });

  test("uploads no plan, and puts nothing of an event into a script", () => {
    expect(textOf(name)).not.toMatch(/path:.*plan/);
    for (const { run = "" } of steps) expect(run).not.toMatch(/\$\{\{/);
  });

  test("a job that writes has no secret of the user", () => {
    const writes = Object.values(permissions).includes("write");
    if (writes && name !== "github-nightly.yml") expect(textOf(name)).not.toMatch(/\bsecrets\./);
  });
});

test.each(names)("%s calls commands and options that exist", (name) => {
  const calls = [...textOf(name).matchAll(/rotation-kit (plan|publish|drift|status)([^|>\n]*)/g)];
  for (const [, command = "", rest = ""] of calls) {
    const known = createProgram().commands.find((one) => one.name() === command);
    const options = known?.options.map(({ long }) => long) ?? [];
    for (const [option] of rest.matchAll(/--[\w-]+/g)) expect(options).toContain(option);
  }
});

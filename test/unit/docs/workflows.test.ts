import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { createProgram } from "../../../program.ts";
import { temporaryFolder } from "../rotator/temporary-folder.ts";

const folder = new URL("../../../docs/examples/workflows/", import.meta.url);
const names = readdirSync(folder);
const textOf = (name: string) => readFileSync(new URL(name, folder), "utf8");

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
/** cdktf gives Terraform a terminal, on which it would wait for a variable that is not set. */
const NO_QUESTIONS = { TF_INPUT: "0" };

const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }).optional(),
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
  const { on, permissions, jobs, concurrency } = workflow.parse(parse(textOf(name)));
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

  test("two runs never write at once", () => {
    if (!["github-publish.yml", "github-apply.yml"].includes(name)) return;
    expect(concurrency).toMatchObject({ "cancel-in-progress": false });
  });

  test("asks nobody for a variable", () => {
    const deploys = steps.filter(({ run }) => /\bcdktf (deploy|diff)\b/.test(run ?? ""));
    for (const { env } of deploys) expect(env).toMatchObject(NO_QUESTIONS);
  });

  test("uploads no plan, and puts nothing of an event into a script", () => {
    expect(textOf(name)).not.toMatch(/path:.*plan/);
    for (const { run = "" } of steps) expect(run).not.toMatch(/\$\{\{/);
  });

  test("keeps what another job left apart from the code that it runs", () => {
    for (const { uses, with: given } of steps) {
      if (!uses?.startsWith("actions/download-artifact@")) continue;
      expect(given?.path).toMatch(/^\$\{\{ runner\.temp \}\}\/\w+$/);
    }
  });

  test("a job that writes has no secret of the user", () => {
    const writes = Object.values(permissions).includes("write");
    if (writes && name !== "github-nightly.yml") expect(textOf(name)).not.toMatch(/\bsecrets\./);
  });
});

/** What a job of GitLab may say; https://docs.gitlab.com/ci/yaml/ names the rest. */
const job = z.strictObject({
  stage: z.string(),
  rules: z.array(z.strictObject({ if: z.string(), when: z.literal("always").optional() })).min(1),
  environment: z.strictObject({ name: z.string(), action: z.literal("access").optional() }),
  resource_group: z.string().optional(),
  script: z.array(z.string()).min(1),
  after_script: z.array(z.string()).optional(),
  artifacts: z
    .strictObject({
      when: z.literal("always").optional(),
      expire_in: z.string(),
      paths: z.array(z.string()),
      reports: z.strictObject({ junit: z.string() }).optional(),
    })
    .optional(),
});
const pipeline = z
  .object({
    stages: z.array(z.string()),
    default: z.strictObject({ image: z.string() }),
    variables: z.record(
      z.string(),
      z.union([z.string(), z.strictObject({ value: z.string(), description: z.string() })]),
    ),
  })
  .catchall(job);

describe("gitlab-ci.yml", () => {
  const {
    stages,
    default: _default,
    variables,
    ...rest
  } = pipeline.parse(parse(textOf("gitlab-ci.yml")));

  test("asks nobody for a variable", () => {
    expect(variables).toMatchObject(NO_QUESTIONS);
  });
  const jobs = Object.entries(z.record(z.string(), job).parse(rest));

  test("does all that the workflows of GitHub do, in stages that exist", () => {
    expect(jobs.map(([name]) => name)).toEqual(["review", "publish", "apply", "nightly"]);
    for (const [, { stage }] of jobs) expect(stages).toContain(stage);
  });

  test("gives each job an environment of its own, so that no job sees more variables than it needs", () => {
    expect(new Set(jobs.map(([, { environment }]) => environment.name)).size).toBe(jobs.length);
  });

  test("two runs never write at once", () => {
    const groups = jobs.flatMap(([name, { resource_group: group }]) => (group ? [name] : []));
    expect(groups).toEqual(["publish", "apply"]);
  });

  test("leaves the review behind, and never a plan", () => {
    for (const [, { artifacts }] of jobs) expect(artifacts?.paths ?? []).not.toContain("plan.json");
    expect(jobs.flatMap(([, { artifacts }]) => artifacts?.paths ?? [])).toEqual(["review.json"]);
  });

  test("the note is written by the code of the default branch, without a file of the change", () => {
    const cwd = temporaryFolder({ "package.json": "kit", "package-lock.json": "kit" });
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=e", ...args], {
        ...{ cwd, stdio: "pipe" },
      });
    git("init", "--quiet", "--initial-branch", "main");
    git("add", ".");
    git("commit", "--quiet", "--message", "kit");
    git("checkout", "--quiet", "-b", "change");
    for (const file of ["package.json", ".npmrc"]) writeFileSync(join(cwd, file), "hostile");
    git("add", ".");
    git("commit", "--quiet", "--message", "change");
    git("remote", "add", "origin", cwd);
    writeFileSync(join(cwd, "review.json"), "{}");
    const script = Object.fromEntries(jobs).publish?.script ?? [];
    const before = script.slice(
      0,
      script.findIndex((line) => line.startsWith("npm ")),
    );
    execFileSync("bash", ["-e"], {
      ...{ cwd, input: before.join("\n"), stdio: "pipe" },
      env: { ...process.env, CI_DEFAULT_BRANCH: "main" },
    });
    expect(readFileSync(join(cwd, "package.json"), "utf8")).toBe("kit");
    expect(existsSync(join(cwd, ".npmrc"))).toBe(false);
    expect(existsSync(join(cwd, "review.json"))).toBe(true);
  });

  test.each(jobs)("the script of %s is what a shell can read", (_, { script }) => {
    execFileSync("bash", ["-n"], { input: script.join("\n") });
  });
});

describe.each(["github", "gitlab"] as const)("the nightly job on %s", (kind) => {
  const [, ...script] =
    kind === "github"
      ? (workflow
          .parse(parse(textOf("github-nightly.yml")))
          .jobs.drift?.steps.flatMap(({ run }) => run ?? []) ?? [])
      : (pipeline.parse(parse(textOf("gitlab-ci.yml"))).nightly?.script ?? []);

  /** Runs the job; `fails` names a command that fails, `open` is the number of the issue that is open. */
  function nightly({ fails = "none", open = "" }) {
    const cwd = temporaryFolder({});
    const shim = (name: string, lines: string) =>
      writeFileSync(join(cwd, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    shim("npx", `echo "$*"; case "$*" in *${fails}*) exit 2;; esac`);
    shim("gh", `echo "$@" >> calls; case "$2" in list) echo "${open}";; esac`);
    const issues = open === "" ? "[]" : `[{ \\"iid\\": ${open} }]`;
    shim("curl", `echo "$@" >> calls; cat >> input; echo "${issues}"`);
    const [compare, ...rest] = script;
    // Each step of GitHub is a process of its own.
    const parts =
      kind === "github"
        ? [compare ?? "", `CODE="$(sed -n s/^code=//p output)"\n${rest.join("\n")}`]
        : [script.join("\n")];
    for (const input of parts) {
      execFileSync("bash", ["-e", "-o", "pipefail"], {
        ...{ cwd, input, stdio: "pipe" },
        env: {
          ...{ PATH: `${cwd}:${process.env.PATH}`, GITHUB_OUTPUT: "output" },
          ...{ GITLAB_TOKEN: "canary", CI_API_V4_URL: "https://g", CI_PROJECT_ID: "5" },
        },
      });
    }
    const read = (name: string) =>
      existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), "utf8") : "";
    const [, ...calls] = read("calls").trimEnd().split("\n");
    return {
      calls: calls.join("\n"),
      body: read("body.md"),
      all: read("calls"),
      input: read("input"),
    };
  }
  const { create, edit, close } = {
    github: { create: /^issue create /, edit: /^issue edit 12 --body/, close: /^issue close 12 / },
    gitlab: {
      create: /--request POST https:\/\/g\/projects\/5\/issues /,
      edit: /--request PUT https:\/\/g\/projects\/5\/issues\/12 .*description@body\.md/,
      close: /--request PUT https:\/\/g\/projects\/5\/issues\/12\?state_event=close/,
    },
  }[kind];

  test.each([
    "synth",
    "drift",
    "status",
  ])("opens an issue where %s fails, with the report", (fails) => {
    const { calls, body } = nightly({ fails });
    expect(calls).toMatch(create);
    expect(body).toMatch(
      /^```text\nrotation-kit drift\nrotation-kit status --path \/prod\/\n```\n$/,
    );
  });

  test("changes the issue that is open, closes it when all is well, and opens none then", () => {
    expect(nightly({ fails: "drift", open: "12" }).calls).toMatch(edit);
    expect(nightly({ open: "12" }).calls).toMatch(close);
    expect(nightly({}).calls).toBe("");
  });

  test("no command line holds the token", () => {
    const { all, input } = nightly({ fails: "drift" });
    expect(all).not.toContain("canary");
    if (kind === "gitlab") expect(input).toBe('header = "PRIVATE-TOKEN: canary"\n'.repeat(2));
  });
});

test.each(names)("%s calls commands and options that exist", (name) => {
  const calls = [
    ...textOf(name).matchAll(/rotation-kit (plan|publish|approved|drift|status)([^|>\n]*)/g),
  ];
  for (const [, command = "", rest = ""] of calls) {
    const known = createProgram().commands.find((one) => one.name() === command);
    const options = known?.options.map(({ long }) => long) ?? [];
    for (const [option] of rest.matchAll(/--[\w-]+/g)) expect(options).toContain(option);
  }
});

describe("the workflow of a release", () => {
  const text = readFileSync(
    new URL("../../../.github/workflows/release.yml", import.meta.url),
    "utf8",
  );
  const { on, permissions, jobs } = workflow.parse(parse(text));
  const rights = z.looseObject({ permissions: z.record(z.string(), z.string()).optional() });

  test("starts by a tag alone, and each job may write one thing at most", () => {
    expect(on).toEqual({ push: { tags: ["v*"] } });
    expect(permissions).toEqual({ contents: "read" });
    const writes = Object.entries(jobs).map(([job, value]) => [
      job,
      Object.entries(rights.parse(value).permissions ?? {}).flatMap(([permission, right]) =>
        right === "write" ? [permission] : [],
      ),
    ]);
    expect(Object.fromEntries(writes)).toEqual({
      build: [],
      npm: ["id-token"],
      image: ["packages"],
      github: ["contents"],
    });
  });

  test("nothing leaves before reviewers have let it out", () => {
    const gate = z.looseObject({
      environment: z.string().optional(),
      needs: z.union([z.string(), z.array(z.string())]).default([]),
      permissions: z.record(z.string(), z.string()).default({}),
    });
    const isGated = (name: string): boolean => {
      const { environment, needs } = gate.parse(jobs[name]);
      return environment !== undefined || [needs].flat().some(isGated);
    };
    const writing = Object.keys(jobs).filter((name) =>
      Object.values(gate.parse(jobs[name]).permissions).includes("write"),
    );
    expect(writing.filter((name) => !isGated(name))).toEqual([]);
  });

  test("names every action by its commit, and runs scripts of package.json that exist", () => {
    const scripts = JSON.parse(
      readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
    ).scripts;
    for (const { uses, run = "" } of Object.values(jobs).flatMap(({ steps }) => steps)) {
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(run).not.toMatch(/\$\{\{/);
      const [, script] = /^npm run ([\w:-]+)/.exec(run) ?? [];
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    }
  });
});

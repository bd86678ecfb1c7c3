import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { type Review, reviewSchema } from "../../../../stacks/review/review-schema.ts";
import { type CommentServer, startCommentServer, TOKEN } from "../../../harness/comment-servers.ts";
import { type Gateway, startGateway } from "../../../harness/gateway/index.ts";
import { runCommand } from "../../../harness/processes.ts";
import { installProvider } from "../../../harness/terraform-provider/install.ts";

const checkout = resolve(import.meta.dirname, "../../../..");
const loader = import.meta.resolve("tsx");
const HEAD = "4f2c9e1aa0";
const MERGE = "91b7c3d2e5";

const workflow = (name: string): unknown =>
  parse(readFileSync(join(checkout, "docs/examples/workflows", name), "utf8"));

type Job = "review" | "publish" | "apply";

/** What a job of the workflows runs, as one script. */
const SCRIPTS = {
  github: (job: Job) => {
    const steps = z.array(z.looseObject({ run: z.string().optional() }));
    const { jobs } = z
      .looseObject({ jobs: z.record(z.string(), z.looseObject({ steps })) })
      .parse(workflow(`github-${job}.yml`));
    return jobs[job]?.steps.flatMap(({ run }) => run ?? []).join("\n") ?? "";
  },
  gitlab: (job: Job) => {
    const lines = z.array(z.string());
    const scripts = z.looseObject({ script: lines, after_script: lines.default([]) });
    const jobs = z.looseObject({ [job]: scripts }).parse(workflow("gitlab-ci.yml"));
    const { script, after_script: after } = scripts.parse(jobs[job]);
    return [...script, ...after].join("\n");
  },
} as const;

describe.each([
  "github",
  "gitlab",
] as const)("the workflows, from the review to the apply, on %s", (kind) => {
  let gateway: Gateway;
  let comments: CommentServer;
  let project: string;
  let environment: Record<string, string>;
  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), "rotation-kit-apply-test-"));
    gateway = await startGateway();
    comments = await startCommentServer(kind);
    comments.merged.set(MERGE, HEAD);
    const provider = await installProvider(join(project, "provider"));
    const { PATH = "", HOME = "" } = process.env;
    const service =
      kind === "github"
        ? {
            GITHUB_TOKEN: TOKEN,
            GITHUB_REPOSITORY: "o/r",
            GITHUB_API_URL: comments.url,
            GITHUB_SHA: MERGE,
            GITHUB_REF_NAME: "main",
            GITHUB_STEP_SUMMARY: join(project, "summary.md"),
            RUNNER_TEMP: project,
            ...{ REQUEST: "7", HEAD, RUN: "1" },
          }
        : {
            GITLAB_CI: "true",
            GITLAB_TOKEN: TOKEN,
            CI_API_V4_URL: comments.url,
            CI_PROJECT_ID: "5",
            CI_COMMIT_SHA: MERGE,
            CI_COMMIT_BRANCH: "main",
            CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: HEAD,
            ...{ CI_DEFAULT_BRANCH: "main", CI_MERGE_REQUEST_IID: "7", CI_PIPELINE_ID: "1" },
          };
    environment = {
      PATH: `${shims()}${delimiter}${PATH}`,
      HOME,
      ...provider.environment,
      ...service,
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
      STATE: join(project, "terraform.tfstate"),
      TF_VAR_password: "first-password-7Q",
    };
    const app = `node --import ${loader} ${join(import.meta.dirname, "app.ts")}`;
    writeFileSync(join(project, "cdktf.json"), JSON.stringify({ language: "typescript", app }));
  });
  afterAll(async () => {
    await Promise.all([gateway.stop(), comments.stop()]);
    rmSync(project, { recursive: true, force: true });
  });

  /**
   * Commands in the place of installed ones: the kit of this checkout, and no git, because there is one
   * branch. After an approval it runs what AFTER_APPROVAL says, as if somebody had changed the code meanwhile.
   */
  function shims(): string {
    const folder = join(project, "bin");
    mkdirSync(folder);
    const kit = `"${process.execPath}" --import "${loader}" "${join(checkout, "cli.ts")}"`;
    const npx = `shift; ${kit} "$@" || exit; [ "$1" != approved ] || eval "$AFTER_APPROVAL"`;
    for (const [name, text] of Object.entries({ npx, npm: ":", git: ":" })) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    return folder;
  }

  const bash = (script: string, more: Record<string, string>) =>
    runCommand("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      cwd: project,
      env: { ...environment, ...more },
    });
  const apply = (change: Record<string, string>, digest = "") =>
    bash(SCRIPTS[kind]("apply"), { ...change, DIGEST: digest, APPROVED_DIGEST: digest });
  const lastReview = (): Review =>
    reviewSchema.parse(JSON.parse(readFileSync(join(project, "review.json"), "utf8")));

  test("applies the very plan that the comment on the merged commit has approved, and removes it", async () => {
    const change = { ITEM: "/prod/app", PROTECTED: "no" };
    expect((await bash(SCRIPTS[kind]("review"), change)).code).toBe(2);
    expect(lastReview().verdict.decision).toBe("stop");
    expect(existsSync(join(project, "cdktf.out/stacks/production/plan.json"))).toBe(false);
    // As the artifact comes to the next job.
    mkdirSync(join(project, "review"));
    copyFileSync(join(project, "review.json"), join(project, "review/review.json"));
    const published = await bash(SCRIPTS[kind]("publish"), {});
    expect(published.stderr).toContain("comment created");
    expect(comments.comments).toMatchObject([
      { body: expect.stringContaining(lastReview().digest) },
    ]);
    const edited = "sed -i 's#/prod/app#/prod/edited#' cdktf.out/stacks/production/cdk.tf.json";
    const { code, stdout } = await apply({ ...change, AFTER_APPROVAL: edited });
    expect(stdout).toContain(`approved: ${lastReview().digest}`);
    expect(code).toBe(0);
    expect(gateway.item("/prod/app")).toBeDefined();
    expect(gateway.item("/prod/edited")).toBeUndefined();
    expect(existsSync(join(project, "cdktf.out/stacks/production/tfplan"))).toBe(false);
  });

  test("stops before anything is done where the plan is another one, until its digest is approved", async () => {
    const change = { ITEM: "/prod/renamed", PROTECTED: "no" };
    const { code, stdout } = await apply(change);
    expect(code).toBe(2);
    expect(stdout).toContain("not approved: the plan does something else");
    expect(gateway.item("/prod/renamed")).toBeUndefined();
    expect((await apply(change, lastReview().digest)).code).toBe(0);
    expect(gateway.item("/prod/renamed")).toBeDefined();
  });
});

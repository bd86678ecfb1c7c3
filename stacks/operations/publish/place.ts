import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Clock } from "../../../common/clock.ts";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { mayCarryCredentials, toUrl } from "../../../common/url.ts";
import { githubHost } from "../../review/publish/github.ts";
import { gitlabHost } from "../../review/publish/gitlab.ts";
import { Unpublished } from "../../review/publish/request.ts";
import type { CommentHost } from "../../review/publish/sticky.ts";

/** Where a comment goes, as options and the CI service tell. */
export interface PlaceOptions {
  readonly request?: string;
  readonly head?: string;
  readonly run?: string;
}

/** A pull or merge request, and what identifies this run. */
export interface Place {
  readonly host: CommentHost;
  readonly head: string;
  readonly run: number;
  /** Longest comment, in characters. */
  readonly limit: number;
}

const eventSchema = z.looseObject({
  pull_request: z
    .looseObject({ number: z.int(), head: z.looseObject({ sha: z.string() }) })
    .optional(),
});

/**
 * The place that options and environment name.
 *
 * @throws Unpublished where something is missing, or there is no token
 */
export function placeOf(
  options: PlaceOptions,
  environment: EnvironmentVariables,
  clock: Clock,
): Place {
  return environment.GITLAB_CI === undefined
    ? onGithub(options, environment, clock)
    : onGitlab(options, environment, clock);
}

function onGithub(options: PlaceOptions, environment: EnvironmentVariables, clock: Clock): Place {
  const { GITHUB_REPOSITORY: repository = "", GITHUB_API_URL: url = "https://api.github.com" } =
    environment;
  const token = required(environment.GITHUB_TOKEN, "GITHUB_TOKEN");
  const pull = eventOf(environment.GITHUB_EVENT_PATH);
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw missing("GITHUB_REPOSITORY");
  const headers = {
    authorization: `Bearer ${token}`,
    accept: "application/vnd.github+json",
    "user-agent": "akeyless-rotation-kit",
  };
  const number = whole(options.request ?? String(pull?.number ?? ""), "--request");
  return {
    host: githubHost({ url: safe(url), headers, clock, fetch }, repository, number),
    head: commit(options.head ?? pull?.head.sha ?? environment.GITHUB_SHA),
    run: whole(options.run ?? environment.GITHUB_RUN_ID, "--run"),
    limit: 65_536,
  };
}

function onGitlab(options: PlaceOptions, environment: EnvironmentVariables, clock: Clock): Place {
  const headers = { "private-token": required(environment.GITLAB_TOKEN, "GITLAB_TOKEN") };
  const url = required(environment.CI_API_V4_URL, "CI_API_V4_URL");
  const project = required(environment.CI_PROJECT_ID, "CI_PROJECT_ID");
  const number = whole(options.request ?? environment.CI_MERGE_REQUEST_IID, "--request");
  return {
    host: gitlabHost({ url: safe(url), headers, clock, fetch }, project, number),
    head: commit(options.head ?? environment.CI_COMMIT_SHA),
    run: whole(options.run ?? environment.CI_PIPELINE_ID, "--run"),
    limit: 1_000_000,
  };
}

/** A token goes over TLS, or to this machine. */
function safe(url: string): string {
  const parsed = toUrl(url);
  if (parsed === undefined || !mayCarryCredentials(parsed))
    throw new Unpublished("the API's address is not https");
  return url.replace(/\/+$/, "");
}

function eventOf(path: string | undefined) {
  try {
    return eventSchema.parse(JSON.parse(readFileSync(path ?? "", "utf8"))).pull_request;
  } catch {
    return undefined;
  }
}

const missing = (name: string) => new Unpublished(`${name} is not set`);

function required(value: string | undefined, name: string): string {
  if (value === undefined || value === "") throw missing(name);
  return value;
}

function whole(value: string | undefined, name: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value ?? "")) throw missing(name);
  return Number(value);
}

function commit(value: string | undefined): string {
  if (!/^[0-9a-f]{7,64}$/.test(value ?? "")) throw missing("--head");
  return value ?? "";
}

import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Clock } from "../../../common/clock.ts";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { baseAddress, mayCarryCredentials, toUrl } from "../../../common/url.ts";
import { githubHost, githubMerged } from "../../review/publish/github.ts";
import { gitlabHost, gitlabMerged } from "../../review/publish/gitlab.ts";
import { Unpublished } from "../../review/publish/request.ts";
import type { CommentHost } from "../../review/publish/sticky.ts";

/** Where a comment goes, as options and the CI service tell. */
export interface PlaceOptions {
  readonly request?: string;
  readonly head?: string;
  readonly run?: string;
}

/** A pull or merge request, and what identifies this run. */
interface Place {
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

/** Where a commit of the branch came from. */
export interface MergedPlace {
  readonly host: CommentHost;
  /** The commit that was reviewed before the merge. */
  readonly head: string;
}

/** What one CI service offers. */
interface Service {
  place(options: PlaceOptions): Place;
  merged(commit: string | undefined): Promise<MergedPlace | undefined>;
}

/**
 * The place that options and environment name.
 *
 * @throws Unpublished where something is missing, or there is no token
 */
export const placeOf = (
  options: PlaceOptions,
  environment: EnvironmentVariables,
  clock: Clock,
): Place => serviceOf(environment, clock).place(options);

/**
 * The merged pull or merge request of a commit; undefined where the commit came without one.
 *
 * @throws Unpublished
 */
export const mergedPlaceOf = (
  written: string | undefined,
  environment: EnvironmentVariables,
  clock: Clock,
): Promise<MergedPlace | undefined> => serviceOf(environment, clock).merged(written);

const serviceOf = (environment: EnvironmentVariables, clock: Clock): Service =>
  environment.GITLAB_CI === undefined ? onGithub(environment, clock) : onGitlab(environment, clock);

function onGithub(environment: EnvironmentVariables, clock: Clock): Service {
  const { GITHUB_REPOSITORY: repository = "", GITHUB_API_URL: url = "https://api.github.com" } =
    environment;
  const token = required(environment.GITHUB_TOKEN, "GITHUB_TOKEN");
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw missing("GITHUB_REPOSITORY");
  const headers = {
    authorization: `Bearer ${token}`,
    accept: "application/vnd.github+json",
    "user-agent": "akeyless-rotation-kit",
  };
  const api = { url: safe(url), headers, clock, fetch };
  const pull = eventOf(environment.GITHUB_EVENT_PATH);
  return {
    place: (options) => ({
      host: githubHost(
        api,
        repository,
        whole(options.request ?? String(pull?.number ?? ""), "--request"),
      ),
      head: commit(options.head ?? pull?.head.sha ?? environment.GITHUB_SHA, "--head"),
      run: whole(options.run ?? environment.GITHUB_RUN_ID, "--run"),
      limit: 65_536,
    }),
    merged: async (written) => {
      const sha = commit(written ?? environment.GITHUB_SHA, "--commit");
      const branch = required(environment.GITHUB_REF_NAME, "GITHUB_REF_NAME");
      const request = await githubMerged(api, repository, { commit: sha, branch });
      return request && { host: githubHost(api, repository, request.number), head: request.head };
    },
  };
}

function onGitlab(environment: EnvironmentVariables, clock: Clock): Service {
  const headers = { "private-token": required(environment.GITLAB_TOKEN, "GITLAB_TOKEN") };
  const url = required(environment.CI_API_V4_URL, "CI_API_V4_URL");
  const project = required(environment.CI_PROJECT_ID, "CI_PROJECT_ID");
  const api = { url: safe(url), headers, clock, fetch };
  // In a pipeline for the merged result, CI_COMMIT_SHA is a commit that no branch has.
  const { CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: source, CI_COMMIT_SHA: built } = environment;
  return {
    place: (options) => ({
      host: gitlabHost(
        api,
        project,
        whole(options.request ?? environment.CI_MERGE_REQUEST_IID, "--request"),
      ),
      head: commit(options.head ?? (source || built), "--head"),
      run: whole(options.run ?? environment.CI_PIPELINE_ID, "--run"),
      limit: 1_000_000,
    }),
    merged: async (written) => {
      const branch = required(environment.CI_COMMIT_BRANCH, "CI_COMMIT_BRANCH");
      const sha = commit(written ?? built, "--commit");
      const request = await gitlabMerged(api, project, { commit: sha, branch });
      return request && { host: gitlabHost(api, project, request.number), head: request.head };
    },
  };
}

/** A token goes over TLS, or to this machine. */
function safe(url: string): string {
  const parsed = toUrl(url);
  if (parsed === undefined || !mayCarryCredentials(parsed))
    throw new Unpublished("the API's address is not https");
  return baseAddress(url);
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

function commit(value: string | undefined, name: string): string {
  if (!/^[0-9a-f]{7,64}$/.test(value ?? "")) throw missing(name);
  return value ?? "";
}

import * as z from "zod";
import { type ApiOptions, ask, expected } from "./request.ts";
import type { Comment, CommentHost, MergedCommit, MergedRequest } from "./sticky.ts";

const commentSchema = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ id: z.int() }).nullish(),
});
const viewerSchema = z.object({ data: z.object({ viewer: z.object({ databaseId: z.int() }) }) });

/** Pages of a hundred comments that are read at most. */
const MAX_PAGES = 30;

/**
 * The comments of a pull request on GitHub (REST: issue comments; GraphQL: viewer, whose `databaseId`
 * is the REST API's id of a user). Authors are known by their number: a person may have the name of an
 * app, or the former name of a user.
 *
 * @param repository `owner/name`
 */
export function githubHost(api: ApiOptions, repository: string, number: number): CommentHost {
  const comments = `/repos/${repository}/issues`;
  const read = ({ id, body, user }: z.output<typeof commentSchema>): Comment => ({
    id,
    author: String(user?.id ?? ""),
    body: body ?? "",
  });
  return {
    self: async () => {
      const graphql = { ...api, url: api.url.replace(/\/v3$/, "") };
      const { body } = await ask(graphql, "POST", "/graphql", {
        query: "{ viewer { databaseId } }",
      });
      return String(expected(viewerSchema, body).data.viewer.databaseId);
    },
    list: async () => {
      const found: Comment[] = [];
      for (let page = 1; page <= MAX_PAGES; page++) {
        const path = `${comments}/${number}/comments?per_page=100&page=${page}`;
        const { body } = await ask(api, "GET", path);
        const entries = expected(z.array(commentSchema), body);
        found.push(...entries.map(read));
        if (entries.length < 100) break;
      }
      return found.sort((a, b) => a.id - b.id);
    },
    create: async (text) => {
      const { body } = await ask(api, "POST", `${comments}/${number}/comments`, { body: text });
      return read(expected(commentSchema, body));
    },
    update: async (id, text) => {
      await ask(api, "PATCH", `${comments}/comments/${id}`, { body: text });
    },
    remove: async (id) => {
      await ask(api, "DELETE", `${comments}/comments/${id}`);
    },
  };
}

const mergedSchema = z.array(
  z.object({
    number: z.int(),
    merged_at: z.string().nullish(),
    head: z.object({ sha: z.string() }),
    base: z.object({ ref: z.string() }),
  }),
);

/**
 * The pull request by which a commit came into the branch (REST: pull requests of a commit). One that
 * was merged into another branch approved nothing for this one.
 */
export async function githubMerged(
  api: ApiOptions,
  repository: string,
  { commit, branch }: MergedCommit,
): Promise<MergedRequest | undefined> {
  const { body } = await ask(api, "GET", `/repos/${repository}/commits/${commit}/pulls`);
  const found = expected(mergedSchema, body).find(
    ({ merged_at: merged, base }) => merged && base.ref === branch,
  );
  return found && { number: found.number, head: found.head.sha };
}

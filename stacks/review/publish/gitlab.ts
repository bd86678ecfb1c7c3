import * as z from "zod";
import { type ApiOptions, ask, expected } from "./request.ts";
import type { Comment, CommentHost, MergedCommit, MergedRequest } from "./sticky.ts";

const noteSchema = z.object({
  id: z.int(),
  body: z.string(),
  author: z.object({ id: z.int() }),
});

/** Pages of a hundred notes that are read at most. */
const MAX_PAGES = 30;

/** The notes of a merge request on GitLab; CI_JOB_TOKEN may not write them. */
export function gitlabHost(api: ApiOptions, project: string, number: number): CommentHost {
  const notes = `/projects/${encodeURIComponent(project)}/merge_requests/${number}/notes`;
  const read = ({ id, body, author }: z.output<typeof noteSchema>): Comment => ({
    id,
    author: String(author.id),
    body,
  });
  return {
    self: async () => {
      const { body } = await ask(api, "GET", "/user");
      return String(expected(z.object({ id: z.int() }), body).id);
    },
    list: async () => {
      const found: Comment[] = [];
      let page: string | null = "1";
      for (let count = 0; page && /^\d+$/.test(page) && count < MAX_PAGES; count++) {
        const path: string = `${notes}?per_page=100&sort=asc&order_by=created_at&page=${page}`;
        const { body, headers } = await ask(api, "GET", path);
        found.push(...expected(z.array(noteSchema), body).map(read));
        page = headers.get("x-next-page");
      }
      return found.sort((a, b) => a.id - b.id);
    },
    create: async (text) =>
      read(expected(noteSchema, (await ask(api, "POST", notes, { body: text })).body)),
    update: async (id, text) => {
      await ask(api, "PUT", `${notes}/${id}`, { body: text });
    },
    remove: async (id) => {
      await ask(api, "DELETE", `${notes}/${id}`);
    },
  };
}

const mergedSchema = z.array(
  z.object({ iid: z.int(), state: z.string(), sha: z.string(), target_branch: z.string() }),
);

/** The merge request by which a commit came into the branch, and no other branch. */
export async function gitlabMerged(
  api: ApiOptions,
  project: string,
  { commit, branch }: MergedCommit,
): Promise<MergedRequest | undefined> {
  const path = `/projects/${encodeURIComponent(project)}/repository/commits/${commit}/merge_requests`;
  const { body } = await ask(api, "GET", path);
  const found = expected(mergedSchema, body).find(
    ({ state, target_branch: target }) => state === "merged" && target === branch,
  );
  return found && { number: found.iid, head: found.sha };
}

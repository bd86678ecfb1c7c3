import { type Marker, markerLine, markerOf } from "./marker.ts";

/** A comment of the merge or pull request. */
export interface Comment {
  readonly id: number;
  /** Who wrote it, in the host's own spelling. */
  readonly author: string;
  readonly body: string;
}

/** What a host of pull requests can do. */
export interface CommentHost {
  /** Who the token belongs to, as comments name it. */
  self(): Promise<string>;
  /** Every comment, oldest first. */
  list(): Promise<readonly Comment[]>;
  create(body: string): Promise<Comment>;
  update(id: number, body: string): Promise<void>;
  remove(id: number): Promise<void>;
}

/** A merged pull or merge request, and the commit of it that was reviewed last. */
export interface MergedRequest {
  readonly number: number;
  readonly head: string;
}

/** A commit of the branch to which it was merged. */
export interface MergedCommit {
  readonly commit: string;
  readonly branch: string;
}

/** What was done about the comment. */
export type Published = "created" | "updated" | "unchanged" | "outdated";

/**
 * Keeps one comment of our own up to date. Comments of other people and bots are left alone, even
 * with our marker. A run that is older than the comment changes nothing. Two runs that both create a
 * comment agree on the oldest one.
 */
export async function publishComment(
  host: CommentHost,
  marker: Marker,
  text: string,
): Promise<Published> {
  const body = `${markerLine(marker)}${text}`;
  const self = await host.self();
  const own = async () =>
    (await host.list()).filter(
      ({ author, body: other }) => author === self && markerOf(other)?.set === marker.set,
    );
  const [first] = await own();
  if (first !== undefined) return replace(host, first, marker, body);
  const created = await host.create(body);
  const [oldest] = await own();
  if (oldest === undefined || oldest.id >= created.id) return "created";
  await host.remove(created.id);
  return replace(host, oldest, marker, body);
}

async function replace(
  host: CommentHost,
  comment: Comment,
  { run }: Marker,
  body: string,
): Promise<Published> {
  if (comment.body === body) return "unchanged";
  if ((markerOf(comment.body)?.run ?? 0) > run) return "outdated";
  await host.update(comment.id, body);
  return "updated";
}

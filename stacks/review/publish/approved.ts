import { markerOf } from "./marker.ts";
import type { CommentHost } from "./sticky.ts";

/** The line of a comment that carries the digest; names cannot make one, they are code spans. */
const DIGEST = /^Digest of this review: `([0-9a-f]{64})`$/gm;

/**
 * The digest in our own comment about a commit; undefined where there is none. Comments of others
 * count as little here as when a comment is kept up to date.
 *
 * @param set the stacks, as {@link stackSet} tells
 */
export async function approvedDigest(
  host: CommentHost,
  { set, head }: { readonly set: string; readonly head: string },
): Promise<string | undefined> {
  const self = await host.self();
  const own = (await host.list()).filter(({ author, body }) => {
    const marker = markerOf(body);
    return author === self && marker?.set === set && marker.head === head;
  });
  const [, digest] = [...(own.at(-1)?.body ?? "").matchAll(DIGEST)].at(-1) ?? [];
  return digest;
}

import { createHash } from "node:crypto";
import type { Review } from "../review-schema.ts";

/** What a comment says of itself, so that a later run finds it and an older one leaves it alone. */
export interface Marker {
  /** Which stacks it is about, as a number of their names: two workflows do not share a comment. */
  readonly set: string;
  /** Commit that was reviewed. */
  readonly head: string;
  /** Number of the run, growing. */
  readonly run: number;
}

const FORM =
  /^<!-- rotation-kit:review set=([0-9a-f]{16}) head=([0-9a-f]{7,64}) run=(\d{1,15}) -->\n/;

/** The first line of a comment. */
export const markerLine = ({ set, head, run }: Marker): string =>
  `<!-- rotation-kit:review set=${set} head=${head} run=${run} -->\n`;

/** The marker of a comment; undefined for any other comment. Only the very beginning counts. */
export function markerOf(body: string): Marker | undefined {
  const [, set, head, run] = FORM.exec(body) ?? [];
  if (set === undefined || head === undefined || run === undefined) return undefined;
  return { set, head, run: Number(run) };
}

/** The stacks of a review as a number. */
export const stackSet = ({ stacks }: Pick<Review, "stacks">): string =>
  createHash("sha256")
    .update(JSON.stringify(stacks.map(({ name }) => name).sort()))
    .digest("hex")
    .slice(0, 16);

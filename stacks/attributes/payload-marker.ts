/**
 * The tag by which an item remembers which bootstrap payload it got. It is written by the request
 * that also carries the payload, so that the two cannot part, and it is kept in Akeyless because
 * neither a lost Terraform state nor a repeated step may send a payload over a rotated one.
 */
const PREFIX = "rotation-kit-payload-";

/** What a payload version may be: part of a tag. */
export const PAYLOAD_VERSION = /^[A-Za-z0-9._-]{1,32}$/;

/** The tag for a payload version. */
export function payloadMarker(version: string): string {
  return `${PREFIX}${version}`;
}

/** Every payload version that an item ever got from the kit; none where the kit never sent one. */
export function sentPayloadVersions(tags: readonly string[]): string[] {
  return tags.filter(isMarker).map((tag) => tag.slice(PREFIX.length));
}

/** The tags that people gave. */
export function withoutMarker(tags: readonly string[]): string[] {
  return tags.filter((tag) => !isMarker(tag));
}

function isMarker(tag: string): boolean {
  return tag.startsWith(PREFIX);
}

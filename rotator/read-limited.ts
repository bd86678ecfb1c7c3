/** Raised while a body is read that is longer than allowed. */
export class BodyTooLargeError extends Error {
  readonly code = "BODY_TOO_LARGE";
}

/**
 * A body as text in UTF-8. Reading stops, and the connection ends, as soon as it is too long.
 *
 * @param limit most bytes that are read
 * @throws BodyTooLargeError
 */
export async function readLimited(body: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLargeError(`longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

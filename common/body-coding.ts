import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";

const unzip = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  raw: promisify(inflateRaw),
  br: promisify(brotliDecompress),
};

/** A body in a coding that is not known, or that is not what it says. */
export class BodyCodingError extends Error {
  readonly code: "BODY_CODING" | "BODY_TOO_LARGE";

  constructor(code: BodyCodingError["code"]) {
    super("the body cannot be unpacked");
    this.code = code;
  }
}

/**
 * Unpacks a body by the value of its Content-Encoding header (RFC 9110, 8.4). Servers pack although
 * nobody asked.
 *
 * @param maxBytes most bytes that it may unpack to
 * @throws BodyCodingError
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string,
  maxBytes: number,
): Promise<Buffer> {
  const codings = contentEncoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  // Packing twice is how a small body becomes a huge one, and no server does it.
  if (codings.length > 1) throw new BodyCodingError("BODY_CODING");
  const [coding] = codings;
  if (coding === undefined || body.length === 0) return body;
  try {
    return await unpack(body, coding, { maxOutputLength: maxBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BodyCodingError(code === "ERR_BUFFER_TOO_LARGE" ? "BODY_TOO_LARGE" : "BODY_CODING");
  }
}

function unpack(body: Buffer, coding: string, limit: { maxOutputLength: number }): Promise<Buffer> {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return unzip.gzip(body, limit);
    case "br":
      return unzip.br(body, limit);
    case "deflate":
      // Some servers leave the zlib frame away, whose first byte names the method 8.
      return ((body[0] ?? 0) & 0x0f) === 8 ? unzip.deflate(body, limit) : unzip.raw(body, limit);
    default:
      throw new BodyCodingError("BODY_CODING");
  }
}

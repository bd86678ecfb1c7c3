import type { IncomingMessage } from "node:http";
import * as z from "zod";
import { KitError } from "../../common/errors/kit-error.ts";
import { parseStrictJson, StrictJsonError } from "../../common/strict-json.ts";
import { parsePayload } from "../rotation/parse-payload.ts";
import { MAX_PAYLOAD_BYTES } from "../rotation/payload.ts";
import type { PayloadOwner } from "../traffic/admission.ts";

/**
 * What the gateway sends. Fields beside `payload` are ignored, not refused: none is documented for
 * rotation, custom dynamic secrets have some, and a gateway that starts to send one must not stop
 * every rotation. Nothing is ever read from them.
 */
export const rotateRequestSchema = z
  .looseObject({
    payload: z
      .string()
      .min(1)
      .max(MAX_PAYLOAD_BYTES)
      .meta({ description: "The string stored in the item: a JSON object." }),
  })
  .meta({ description: "A rotation request as the Akeyless Gateway sends it." });

/** What the rotator answers: the string that replaces the stored one. */
export const rotateAnswerSchema = z
  .strictObject({
    payload: z.string().meta({ description: "The string that the item stores from now on." }),
  })
  .meta({ description: "The answer to a rotation." });

/**
 * Refuses a body that cannot be JSON in UTF-8 before it is read. A missing Content-Type is
 * tolerated: what the gateway sends is not documented, and the body is JSON or refused anyway.
 *
 * @throws KitError `media_type_unsupported`
 */
export function checkMediaType(request: IncomingMessage): void {
  const { "content-encoding": encoding, "transfer-encoding": transfer } = request.headers;
  // Node.js knows no transfer coding but `chunked`, and takes what is left of `gzip, chunked` as it is.
  const plain = /^(identity)?$/i.test(encoding ?? "") && /^(chunked)?$/i.test(transfer ?? "");
  if (!plain) throw new KitError("media_type_unsupported.compressed");
  const types = request.headersDistinct["content-type"]?.join(", ");
  const json =
    types === undefined || /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(types);
  if (!json) throw new KitError("media_type_unsupported");
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The payload string of a request body. What it holds is read by the rotation (parse-payload.ts).
 *
 * @param maxDepth deepest nesting of the body
 * @throws KitError `body_invalid`, `payload_too_large`
 */
export function readRequestPayload(body: Uint8Array, maxDepth: number): string {
  if (body.length === 0) throw invalid("is empty");
  const parsed = rotateRequestSchema.safeParse(parseOrRefuse(decode(body), maxDepth));
  if (parsed.error?.issues.some(({ code }) => code === "too_big"))
    throw new KitError("payload_too_large");
  if (!parsed.success) throw invalid('must be {"payload":"<string>"}');
  return parsed.data.payload;
}

/**
 * Whom a payload belongs to, where that has to be known before its item is.
 *
 * @throws KitError `payload_invalid`, `payload_too_large`
 */
export function readOwner(payload: string, maxDepth: number): PayloadOwner {
  const { system, username, users = [] } = parsePayload(payload, maxDepth).fields;
  return { system, usernames: [username, ...users.map((user) => user.username)] };
}

/**
 * The whole body.
 *
 * @throws KitError `body_too_large` as soon as it is, `body_invalid` where the connection ends early
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers["content-length"]) > maxBytes) throw new KitError("body_too_large");
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      // What still comes is not kept; the answer closes the connection.
      request.off("data", take).pause();
      reject(new KitError("body_too_large"));
    };
    request
      .on("data", take)
      .once("end", () => resolve(Buffer.concat(chunks)))
      .once("error", () => reject(invalid("ended early")));
  });
}

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw invalid("is not UTF-8");
  }
}

function parseOrRefuse(text: string, maxDepth: number): unknown {
  try {
    return parseStrictJson(text, maxDepth);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw invalid(error.message);
  }
}

function invalid(reason: string): KitError {
  return new KitError("body_invalid.because", { reason });
}

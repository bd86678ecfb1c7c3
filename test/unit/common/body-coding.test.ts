import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeBody } from "../../../common/body-coding.ts";

const text = Buffer.from('{"password":"ü"}'.repeat(10));

test.each([
  ["gzip", gzipSync(text)],
  ["X-GZIP", gzipSync(text)],
  ["br", brotliCompressSync(text)],
  ["deflate", deflateSync(text)],
  ["deflate", deflateRawSync(text)],
  ["identity", text],
  ["", text],
])("a body packed as %s is unpacked", async (coding, body) => {
  expect(await decodeBody(body, coding, 1_000)).toEqual(text);
});

test("a small body that unpacks to a large one is refused", async () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000));
  await expect(decodeBody(bomb, "gzip", 10_000)).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
});

test.each([
  ["zstd", text],
  ["gzip, gzip", gzipSync(gzipSync(text))],
  ["gzip", text],
  ["gzip", gzipSync(text).subarray(0, 20)],
])("a body as %s that cannot be unpacked is refused", async (coding, body) => {
  await expect(decodeBody(body, coding, 1_000)).rejects.toMatchObject({ code: "BODY_CODING" });
});

test("an empty body has nothing to unpack", async () => {
  expect(await decodeBody(Buffer.alloc(0), "gzip", 1_000)).toEqual(Buffer.alloc(0));
});

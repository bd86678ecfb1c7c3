import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectedAnswers } from "../../../../../rotator/systems/postgres/answers.ts";
import { ALTERED, int32, LOGGED_IN, message, READY, report } from "./scripted-server.ts";

const NOTICE = message("N", "SNOTICE\0\0");
const DIALOGUE = [LOGGED_IN, NOTICE, report("42501"), READY, ALTERED];

/** What pg gets to see of these chunks, and the code of the error that ended them. */
async function seen(chunks: readonly Uint8Array[]) {
  const stream = new PassThrough();
  const messages: Buffer[] = [];
  let code: unknown;
  stream.on("error", (error) => {
    code = "code" in error && error.code;
  });
  expectedAnswers(stream).on("data", (bytes: Buffer) => messages.push(bytes));
  for (const chunk of chunks) if (!stream.destroyed) stream.write(chunk);
  await new Promise((resolve) => setImmediate(resolve));
  return { bytes: Buffer.concat(messages), count: messages.length, code };
}

test("messages come whole, however they are cut, without those that nobody reads", async () => {
  const whole = Buffer.concat(DIALOGUE);
  const wanted = Buffer.concat(DIALOGUE.filter((part) => part !== NOTICE));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(whole.length)), async (cuts) => {
      const ends = [0, ...cuts.sort((a, b) => a - b), whole.length];
      const chunks = ends.slice(1).map((end, index) => whole.subarray(ends[index], end));
      const { bytes, count, code } = await seen(chunks);
      expect({ bytes, count, code }).toEqual({ bytes: wanted, count: 6, code: undefined });
    }),
  );
  const single = [...whole].map((byte) => Uint8Array.of(byte));
  expect(await seen(single)).toMatchObject({ bytes: wanted, count: 6 });
});

test("a session's worth of bytes is enough, one more is not", async () => {
  const room = 65_536 - LOGGED_IN.length;
  const filling = Buffer.concat([LOGGED_IN, message("N", Buffer.alloc(room - 5))]);
  expect(await seen([filling])).toMatchObject({ count: 2, code: undefined });
  expect(await seen([filling, Buffer.alloc(1)])).toMatchObject({ code: "UNEXPECTED_ANSWER" });
});

test("nothing is read after the first message that is not expected", async () => {
  const chunks = [LOGGED_IN, message("R", int32(7)), READY];
  expect(await seen(chunks)).toMatchObject({ count: 2, code: "AUTHENTICATION_UNSUPPORTED" });
  expect(await seen([Buffer.concat(chunks)])).toMatchObject({ count: 2 });
});

import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";

/** More than a session of the rotator's is ever sent, notices included. */
const MAX_BYTES = 65_536;

/** A message's type and length; the length counts itself, not the type. */
const HEADER_BYTES = 5;

/** What asks for nothing: notices, settings, the key for cancelling. pg does not need to see it. */
const IGNORED = "NSK";

/** What answers a statement that was sent plainly or with parameters. */
const OF_STATEMENTS = "12TDC";

const LOGGED_IN = 0;

/** Which authentication requests may follow which: none, a password, MD5, or SCRAM in three steps. */
const AUTHENTICATION: ReadonlyMap<number | undefined, readonly number[]> = new Map([
  [undefined, [LOGGED_IN, 3, 5, 10]],
  [3, [LOGGED_IN]],
  [5, [LOGGED_IN]],
  [10, [11]],
  [11, [12]],
  [12, [LOGGED_IN]],
  [LOGGED_IN, []],
]);

/** A server that does not speak the part of PostgreSQL's protocol that the rotator needs. */
export class AnswerError extends Error {
  readonly code: "UNEXPECTED_ANSWER" | "AUTHENTICATION_UNSUPPORTED";
  constructor(code: AnswerError["code"]) {
    super("the server's answer is not one that the rotator understands");
    this.code = code;
  }
}

/**
 * The messages that come in on `stream`, for pg to parse; the first that is not expected destroys
 * the stream with an AnswerError. pg trusts its server: it parses inside the stream's event, where
 * an exception would end the process, buffers whatever length a message claims, and looks for the
 * end of an error for ever.
 */
export function expectedAnswers(stream: Duplex): EventEmitter {
  const messages = new EventEmitter();
  const answers = new Answers();
  const read = (chunk: Buffer) => {
    try {
      for (const message of answers.read(chunk)) messages.emit("data", message);
    } catch (error) {
      stream.off("data", read);
      stream.destroy(error instanceof AnswerError ? error : new AnswerError("UNEXPECTED_ANSWER"));
    }
  };
  stream.on("data", read);
  return messages;
}

/** Cuts what a server sends into messages and checks what pg would stumble over. */
class Answers {
  #received = 0;
  #pending: Buffer = Buffer.alloc(0);
  /** The authentication request before. */
  #authentication: number | undefined;

  /** The whole messages of a chunk. @throws AnswerError at the first that is not expected */
  *read(chunk: Buffer): Generator<Buffer> {
    this.#received += chunk.length;
    expect(this.#received <= MAX_BYTES);
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= HEADER_BYTES) {
      const size = 1 + this.#pending.readUInt32BE(1);
      expect(size >= HEADER_BYTES && size <= MAX_BYTES);
      if (this.#pending.length < size) return;
      const message = this.#pending.subarray(0, size);
      this.#pending = this.#pending.subarray(size);
      if (this.#isForParser(message)) yield message;
    }
  }

  #isForParser(message: Buffer): boolean {
    const type = String.fromCharCode(message.readUInt8());
    if (IGNORED.includes(type)) return false;
    if (type === "R") this.#authenticate(message);
    else if (type === "E") expect(endsItsFields(message));
    else expect(this.#authentication === LOGGED_IN && `Z${OF_STATEMENTS}`.includes(type));
    return true;
  }

  #authenticate(message: Buffer): void {
    const request = message.readInt32BE(HEADER_BYTES);
    if (!AUTHENTICATION.has(request)) throw new AnswerError("AUTHENTICATION_UNSUPPORTED");
    expect(AUTHENTICATION.get(this.#authentication)?.includes(request) === true);
    this.#authentication = request;
  }
}

/** Whether the last field and the list of fields end with the message. */
function endsItsFields(message: Buffer): boolean {
  return message.length >= HEADER_BYTES + 2 && message.readUInt16BE(message.length - 2) === 0;
}

function expect(condition: boolean): void {
  if (!condition) throw new AnswerError("UNEXPECTED_ANSWER");
}

import { oneLine } from "../plain-text.ts";
import type { ErrorEntry } from "./error-entry.ts";
import { ROTATOR_ERRORS } from "./rotator-errors.ts";
import { STACKS_ERRORS } from "./stacks-errors.ts";

const ERRORS = { ...ROTATOR_ERRORS, ...STACKS_ERRORS };

type Errors = typeof ERRORS;

/** Every error code of the kit. Codes are stable. */
export type ErrorCode = keyof Errors;

/** A code, or a code and the name of one of its other sentences: `out_of_sync.resting`. */
export type ErrorKey = { [Code in ErrorCode]: Code | `${Code}.${Other<Errors[Code]>}` }[ErrorCode];

type Other<Entry> = Entry extends { also: infer Also } ? keyof Also & string : never;

type Sentence<Key extends ErrorKey> = Key extends ErrorCode
  ? Errors[Key]["message"]
  : Key extends `${infer Code extends ErrorCode}.${infer Name}`
    ? Errors[Code] extends { also: infer Also }
      ? Also[Name & keyof Also]
      : never
    : never;

type SlotNames<Text> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | SlotNames<Rest>
  : never;

/** What the sentence of a key has to be filled with, by name. */
export type Slots<Key extends ErrorKey> = {
  readonly [Name in SlotNames<Sentence<Key>>]: string | number;
};

/** What follows a key: the slots, where its sentence has some, and the private cause. */
export type ErrorDetails<Key extends ErrorKey> = [SlotNames<Sentence<Key>>] extends [never]
  ? [slots?: Record<string, never>, options?: { cause?: unknown }]
  : [slots: Slots<Key>, options?: { cause?: unknown }];

/**
 * Every error that this project raises on purpose.
 *
 * `code` is stable and listed with its remedy in docs/reference/errors.md; `message` is a public
 * sentence that may be shown to anybody; what must stay private (a target's answer, a stack of a
 * library) travels as `cause` and is never shown to a caller.
 *
 * @example
 * throw new KitError("port_taken", { problem: { port, host, setting } }, { cause });
 */
export class KitError<Key extends ErrorKey = ErrorKey> extends Error {
  readonly code: ErrorCode;

  constructor(key: Key, ...[slots, options]: ErrorDetails<Key>) {
    super(sentenceOf(key, slots ?? {}), options);
    this.name = new.target.name;
    this.code = codeOf(key);
  }

  /**
   * An error whose sentence was made elsewhere: of several errors, or by a module of a user's own.
   * The sentence must be fit for everybody.
   */
  static restated(code: ErrorCode, message: string, options?: { cause?: unknown }): KitError {
    const error = new KitError<never>(code as never, {} as never, options);
    error.message = message;
    return error;
  }

  /** The same error with the place that it is about before its sentence. */
  at(place: string): KitError {
    return KitError.restated(this.code, `${place}: ${this.message}`, { cause: this });
  }

  /** What the reader should do about it. */
  get remedy(): string {
    return entryOf(this.code).remedy;
  }

  /** Whether repeating without a change can help (`passing`) or cannot (`definitive`). */
  get kind(): ErrorEntry["kind"] {
    return entryOf(this.code).kind;
  }

  /** Exit code of a command that ends with this error. */
  get exitCode(): 1 | 2 {
    return entryOf(this.code).exitCode ?? 1;
  }
}

/** The line that a command prints: code, sentence, remedy. */
export function printed({ code, message, remedy }: KitError): string {
  const joint = message.includes("\n") ? "\n" : message.endsWith(".") ? " " : "; ";
  return `${code}: ${message}${joint}${remedy}`;
}

const codeOf = (key: ErrorKey) => key.split(".")[0] as ErrorCode;

const entryOf = (code: ErrorCode): ErrorEntry => ERRORS[code];

function sentenceOf(key: ErrorKey, slots: Readonly<Record<string, string | number>>): string {
  const [, other] = key.split(".");
  const { message, also } = entryOf(codeOf(key));
  const sentence = (other === undefined ? undefined : also?.[other]) ?? message;
  return sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => shown(name, slots[name]));
}

/**
 * A slot is a name, an address or the words of another machine, and so shown on one line; only
 * `problem` is text of ours, which may have several.
 */
const shown = (name: string, value: string | number | undefined): string =>
  name === "problem" ? String(value) : oneLine(String(value));

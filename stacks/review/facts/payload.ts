import { readPayloadExpression } from "../../rules/evidence/expression.ts";
import { type PayloadFacts, readPayloadText, topLevel } from "../../rules/evidence/payload.ts";
import type { PayloadNames } from "../conceal/payload-names.ts";
import type { ConfiguredResource } from "../read/plan-schema.ts";
import { type Configuration, constantOf, expressionReferences } from "./configuration.ts";

/** The longest payload that is looked into, in characters. */
const MAX_LENGTH = 1_000_000;

/** Reduces the payloads of one item to facts, by what the plan and the code say of them. */
export class PlannedPayloadReader {
  readonly #names: PayloadNames;
  readonly #expression: PayloadFacts | undefined;
  readonly #literal: boolean;
  /** Whether the code gives it from something sensitive; a missing mark is then Terraform's loss. */
  readonly #comesFromSecret: boolean;
  /** Most changes leave the payload as it is. */
  #last: { text: string; marked: boolean; facts: PayloadFacts } | undefined;

  constructor(
    names: PayloadNames,
    code: ConfiguredResource | undefined,
    configuration: Configuration,
    module: string | undefined,
  ) {
    this.#names = names;
    const argument = code?.expressions.custom_payload;
    const written = constantOf(argument);
    const isSensitive = (reference: string) => configuration.isSensitive(reference, module);
    const isCode = typeof written === "string" && written.includes("${");
    this.#literal = typeof written === "string" && !isCode;
    this.#expression = isCode ? readPayloadExpression(written, isSensitive) : undefined;
    this.#comesFromSecret =
      this.#expression === undefined
        ? expressionReferences(argument).some((reference) => isSensitive(reference) === true)
        : this.#expression.sensitive === true;
  }

  /** The facts of one side of a change; undefined where there is no payload. */
  read(value: unknown, marked: boolean, isUnknown: boolean): PayloadFacts | undefined {
    if (typeof value === "string" && value !== "" && value.length <= MAX_LENGTH) {
      return this.#readText(value, marked);
    }
    if (value === undefined || value === null || value === "") {
      return isUnknown ? this.#named(this.#expression ?? NOTHING_KNOWN) : undefined;
    }
    return NOTHING_KNOWN;
  }

  #readText(text: string, marked: boolean): PayloadFacts {
    if (this.#last?.text === text && this.#last.marked === marked) return this.#last.facts;
    const literal = this.#literal || (!marked && !this.#comesFromSecret);
    const read = readPayloadText(text, marked, literal);
    const facts = this.#named({ ...read, fields: read.fields.map((field) => this.#origin(field)) });
    this.#last = { text, marked, facts };
    return facts;
  }

  /** A literal in the code stays one, although the whole payload is marked. */
  #origin(field: PayloadFacts["fields"][number]): PayloadFacts["fields"][number] {
    const literal = this.#expression?.fields.some(
      ({ path, credential, origin }) =>
        credential && origin === "literal" && path === field.path.split(".").at(-1),
    );
    return literal === true ? { ...field, origin: "literal" } : field;
  }

  #named(facts: PayloadFacts): PayloadFacts {
    return {
      ...facts,
      fields: facts.fields.map((field) => ({ ...field, path: this.#names.shown(field.path) })),
    };
  }
}

const NOTHING_KNOWN: PayloadFacts = {
  sensitive: undefined,
  isObject: undefined,
  complete: false,
  fields: [],
};

/** Which fields of a payload differ, by the names that may be shown; undefined where that is open. */
export function changedPayloadFields(
  before: PayloadFacts | undefined,
  after: PayloadFacts | undefined,
): string[] | undefined {
  if (before === undefined || after === undefined) return undefined;
  if (!before.complete || !after.complete) return undefined;
  const [then, now] = [topLevel(before), topLevel(after)];
  return [...new Set([...then.keys(), ...now.keys()])].filter(
    (path) => then.get(path)?.fingerprint !== now.get(path)?.fingerprint,
  );
}

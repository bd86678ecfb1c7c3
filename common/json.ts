import { isSafeNumber, LosslessNumber, parse, stringify } from "lossless-json";

/**
 * Reads JSON and keeps every number exactly: a number that JavaScript cannot hold (an id beyond
 * 2^53, 1e400) comes as a {@link LosslessNumber}, which {@link writeJson} writes as it was.
 *
 * @throws SyntaxError whose message may quote the text; a RangeError where it is nested too deeply
 */
export function readJson(text: string): unknown {
  return parse(text, undefined, (number) =>
    isSafeNumber(number) ? Number(number) : new LosslessNumber(number),
  );
}

/** Writes what {@link readJson} read, without white space. */
export function writeJson(value: object): string {
  return stringify(value) ?? "";
}

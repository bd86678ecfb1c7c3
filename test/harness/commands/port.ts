import { InvalidArgumentError } from "commander";

/** Reads a port of a command line. */
export function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError("it is not a port: 0 to 65535; 0 takes any free one");
}

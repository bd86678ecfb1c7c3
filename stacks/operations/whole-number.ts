import { InvalidArgumentError } from "commander";

/** Reads a whole number of an option, within bounds. */
export function wholeNumberOption(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

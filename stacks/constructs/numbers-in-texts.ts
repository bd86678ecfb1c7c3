import { Token, Tokenization } from "cdktf";
import { isUnknown } from "./errors.ts";

/** How a number that only Terraform knows looks in a text: `-8.109562212591379e+298`. */
const NUMBER = /-?\d(?:\.\d+)?e\+\d{3}/g;

/**
 * The same properties, with references where a text holds a number that only Terraform knows, as in
 * `app-${variable.numberValue}-x`. In a text cdktf takes such a number for a text that is known, and
 * beside a hyphen or a dot it never finds it again. Objects that are not plain data stay as they are.
 */
export const withNumbersInTexts = <Props>(props: Props): Props => replaced(props) as Props;

function replaced(value: unknown): unknown {
  if (typeof value === "string") return value.replace(NUMBER, referenceTo);
  if (Array.isArray(value)) return isUnknown(value) ? value : value.map(replaced);
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [replaced(name), replaced(entry)]),
  );
}

function referenceTo(digits: string): string {
  const number = Number(digits);
  return isUnknown(number) ? Token.asString(Tokenization.reverseNumber(number)) : digits;
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !isUnknown(value);

import { defined } from "../../common/defined.ts";
import { type PasswordPolicyConfig, passwordPolicySchema } from "./policy.ts";

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NUMBERS = "0123456789";

/** Yields the next byte of a stream that never ends. */
export type ByteStream = () => number;

/**
 * Turns a byte stream into a password under the policy. Every password that the policy allows is
 * equally likely, and the same stream gives the same password.
 *
 * Two rejections, both on the stream itself, keep it unbiased: a byte that does not map evenly on
 * the alphabet is skipped, and a whole password that lacks a required class is thrown away and
 * drawn again. Placing one character of each class first and shuffling would be quicker, but makes
 * passwords with few characters of a small class more likely than others. The least likely case
 * that the policy schema allows (8 characters, four classes, one symbol) takes 13 draws on average.
 */
export function encodePassword(policy: PasswordPolicyConfig, nextByte: ByteStream): string {
  const classes = requiredClasses(policy);
  const alphabet = classes.join("");
  const usable = 256 - (256 % alphabet.length);
  for (;;) {
    let password = "";
    while (password.length < policy.length) {
      const byte = nextByte();
      if (byte < usable) password += alphabet.charAt(byte % alphabet.length);
    }
    if (classes.every((characters) => hasOneOf(password, characters))) return password;
  }
}

/**
 * A policy as a short text, equal for policies that allow the same passwords:
 * `<length>:<classes l u n s>:<symbols in code point order>`.
 */
export function policyId(policy: PasswordPolicyConfig): string {
  const letters = [
    policy.lowercase && "l",
    policy.uppercase && "u",
    policy.numbers && "n",
    policy.symbols && "s",
  ];
  const symbols = policy.symbols ? symbolsOf(policy) : "";
  return `${policy.length}:${letters.filter(Boolean).join("")}:${symbols}`;
}

/** The policy that `id` represents, or undefined when it is not an id of `policyId`. */
export function policyFromId(id: string): PasswordPolicyConfig | undefined {
  const match = /^(\d{1,3}):([luns]{1,4}):(.*)$/.exec(id);
  if (!match) return undefined;
  const [, length, classes = "", symbols] = match;
  const parsed = passwordPolicySchema.safeParse({
    length: Number(length),
    lowercase: classes.includes("l"),
    uppercase: classes.includes("u"),
    numbers: classes.includes("n"),
    symbols: classes.includes("s"),
    ...defined({ allowed_symbols: symbols || undefined }),
  });
  return parsed.success ? parsed.data : undefined;
}

function requiredClasses(policy: PasswordPolicyConfig): string[] {
  const classes: string[] = [];
  if (policy.lowercase) classes.push(LOWERCASE);
  if (policy.uppercase) classes.push(UPPERCASE);
  if (policy.numbers) classes.push(NUMBERS);
  if (policy.symbols) classes.push(symbolsOf(policy));
  return classes;
}

const symbols = new WeakMap<PasswordPolicyConfig, string>();

/** Sorted and without repetition, so that neither order nor repetition changes a password. */
function symbolsOf(policy: PasswordPolicyConfig): string {
  const known = symbols.get(policy) ?? [...new Set(policy.allowed_symbols)].sort().join("");
  symbols.set(policy, known);
  return known;
}

function hasOneOf(password: string, characters: string): boolean {
  for (const character of password) if (characters.includes(character)) return true;
  return false;
}

import { DEFAULT_PASSWORD_POLICY, type PasswordPolicyConfig } from "./policy.ts";

/** What passwords carry at least where the operator's own policy does not allow less, in bits. */
export const LEAST_BITS = 64;

const CLASS_SIZES = { lowercase: 26, uppercase: 26, numbers: 10 } as const;

/** How many bits a password of the policy carries; a little too many where it carries far more than enough. */
export function bitsOf(policy: PasswordPolicyConfig): number {
  const classes = (["lowercase", "uppercase", "numbers"] as const).filter((name) => policy[name]);
  const sizes: number[] = classes.map((name) => CLASS_SIZES[name]);
  if (policy.symbols) sizes.push(new Set(policy.allowed_symbols).size);
  const bits = policy.length * Math.log2(sum(sizes));
  return bits > 2 * LEAST_BITS ? bits : Math.log2(Number(countOf(sizes, policy.length)));
}

/** How many texts have at least one character of each class (inclusion and exclusion). */
function countOf(sizes: readonly number[], length: number): bigint {
  let count = 0n;
  for (let without = 0; without < 2 ** sizes.length; without += 1) {
    const left = sizes.filter((_, place) => (without & (1 << place)) === 0);
    const texts = BigInt(sum(left)) ** BigInt(length);
    count += (sizes.length - left.length) % 2 === 0 ? texts : -texts;
  }
  return count;
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

/**
 * The policy that applies: what the payload asks for, but never shorter and never of fewer classes
 * than the operator says. Undefined where that is too weak, because nobody but the payload says so.
 */
export function policyInForce(
  asked: PasswordPolicyConfig | undefined,
  operators: PasswordPolicyConfig | undefined,
): PasswordPolicyConfig | undefined {
  const floor = operators ?? asked ?? DEFAULT_PASSWORD_POLICY;
  const policy = asked === undefined ? floor : raised(asked, floor);
  const least = operators ? Math.min(LEAST_BITS, bitsOf(operators)) : LEAST_BITS;
  return bitsOf(policy) < least ? undefined : policy;
}

function raised(asked: PasswordPolicyConfig, floor: PasswordPolicyConfig): PasswordPolicyConfig {
  return {
    length: Math.max(asked.length, floor.length),
    lowercase: asked.lowercase || floor.lowercase,
    uppercase: asked.uppercase || floor.uppercase,
    numbers: asked.numbers || floor.numbers,
    symbols: asked.symbols || floor.symbols,
    allowed_symbols: asked.symbols ? asked.allowed_symbols : floor.allowed_symbols,
  };
}

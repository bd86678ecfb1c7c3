import type { PasswordPolicyConfig } from "./policy.ts";

/** Symbols that practically every product takes, and the one that the pickiest take too. */
const TAKEN_BY_MOST = ["-._", "_"];

/**
 * The policy for an attempt after a product has rejected the ones before. Products that reject a
 * password mostly dislike one of its symbols: each attempt therefore draws from fewer of them. A
 * policy that allows none of these keeps its own. Part of the derivation (docs/reference/derivation.md).
 */
export function narrowed(policy: PasswordPolicyConfig, attempt: number): PasswordPolicyConfig {
  if (attempt === 0 || !policy.symbols) return policy;
  for (const taken of TAKEN_BY_MOST.slice(Math.min(attempt, TAKEN_BY_MOST.length) - 1)) {
    const left = [...taken].filter((symbol) => policy.allowed_symbols.includes(symbol)).join("");
    if (left !== "") return { ...policy, allowed_symbols: left };
  }
  return policy;
}

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ByteStream,
  encodePassword,
  policyFromId,
  policyId,
} from "../../../../rotator/password/generation.ts";
import {
  DEFAULT_PASSWORD_POLICY,
  type PasswordPolicyConfig,
  passwordPolicySchema,
} from "../../../../rotator/password/policy.ts";

/** A stream of good bytes that is the same in every run. */
function stream(seed: string): ByteStream {
  let block = Buffer.alloc(0);
  let number = 0;
  let position = 0;
  return () => {
    if (position === block.length) {
      block = Buffer.from(createHash("sha256").update(`${seed}/${number}`).digest());
      number += 1;
      position = 0;
    }
    position += 1;
    return block.readUInt8(position - 1);
  };
}

const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const CLASSES: [keyof PasswordPolicyConfig, RegExp][] = [
  ["lowercase", /[a-z]/],
  ["uppercase", /[A-Z]/],
  ["numbers", /[0-9]/],
  ["symbols", /[!-/:-@[-`{-~]/],
];

const policies = fc
  .record({
    length: fc.integer({ min: 8, max: 256 }),
    lowercase: fc.boolean(),
    uppercase: fc.boolean(),
    numbers: fc.boolean(),
    symbols: fc.boolean(),
    allowed_symbols: fc
      .array(fc.constantFrom(...PUNCTUATION), { minLength: 1, maxLength: 40 })
      .map((symbols) => symbols.join("")),
  })
  .filter(({ lowercase, uppercase, numbers, symbols }) =>
    [lowercase, uppercase, numbers, symbols].some(Boolean),
  )
  .map((policy) => passwordPolicySchema.parse(policy));

/** Pearson's statistic against equal shares. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** 99.9 % quantile of the chi-square distribution (Wilson and Hilferty). */
function quantile(freedom: number): number {
  const share = 2 / (9 * freedom);
  return freedom * (1 - share + 3.0902 * Math.sqrt(share)) ** 3;
}

function count<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

describe("encodePassword", () => {
  test("has the length, each required class, and nothing else", () => {
    fc.assert(
      fc.property(policies, fc.string(), (policy, seed) => {
        const password = encodePassword(policy, stream(seed));
        expect(password).toHaveLength(policy.length);
        for (const [name, characters] of CLASSES)
          expect(characters.test(password)).toBe(policy[name]);
        for (const symbol of password.match(/[^a-zA-Z0-9]/g) ?? [])
          expect(policy.allowed_symbols).toContain(symbol);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("gives the same password for the same stream", () => {
    fc.assert(
      fc.property(policies, fc.string(), (policy, seed) => {
        expect(encodePassword(policy, stream(seed))).toBe(encodePassword(policy, stream(seed)));
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test("does not depend on order or repetition of the allowed symbols", () => {
    const one = passwordPolicySchema.parse({ allowed_symbols: "!#%" });
    const other = passwordPolicySchema.parse({ allowed_symbols: "%%#!!#" });
    expect(encodePassword(other, stream("s"))).toBe(encodePassword(one, stream("s")));
  });

  test("uses every character equally often where nothing is required of it", () => {
    const policy = passwordPolicySchema.parse({
      length: 64,
      lowercase: true,
      uppercase: false,
      numbers: false,
      symbols: false,
    });
    const next = stream("uniform");
    const text = Array.from({ length: 2_000 }, () => encodePassword(policy, next)).join("");
    const counts = count(text);
    expect(counts.size).toBe(26);
    expect(chiSquare([...counts.values()])).toBeLessThan(quantile(25));
  });

  test("favors no position for a required class", () => {
    const policy = passwordPolicySchema.parse({ length: 8, allowed_symbols: "-" });
    const next = stream("positions");
    // Where the first of several symbols stands is not uniform; where a lonely one stands is.
    const lonely = Array.from({ length: 3_000 }, () => encodePassword(policy, next))
      .filter((password) => password.split("-").length === 2)
      .map((password) => password.indexOf("-"));
    expect(new Set(lonely).size).toBe(8);
    expect(chiSquare([...count(lonely).values()])).toBeLessThan(quantile(7));
  });

  test("makes every allowed password equally likely, where all of them can be listed", () => {
    // Two symbols and nothing else: 256 passwords.
    const policy = {
      ...passwordPolicySchema.parse({ length: 8, allowed_symbols: "-_" }),
      lowercase: false,
      uppercase: false,
      numbers: false,
    };
    const next = stream("all");
    const counts = count(Array.from({ length: 25_600 }, () => encodePassword(policy, next)));
    expect(counts.size).toBe(256);
    expect(chiSquare([...counts.values()])).toBeLessThan(quantile(255));
  });

  test("gives passwords with one or two characters of a small class their exact share", () => {
    // Lower case letters and "-", length 8: of the passwords that are allowed, 87 % have exactly
    // one "-". Placing one first and filling up with anything would give (26/27)^7 = 77 %.
    const policy = { ...DEFAULT_PASSWORD_POLICY, length: 8, allowed_symbols: "-" };
    const letters = { ...policy, uppercase: false, numbers: false };
    const exactlyOne = (8 * 26 ** 7) / (27 ** 8 - 26 ** 8);
    const next = stream("shares");
    const drawn = 6_000;
    const ones = Array.from({ length: drawn }, () => encodePassword(letters, next)).filter(
      (password) => password.split("-").length === 2,
    ).length;
    const expected = [drawn * exactlyOne, drawn * (1 - exactlyOne)] as const;
    const statistic =
      (ones - expected[0]) ** 2 / expected[0] + (drawn - ones - expected[1]) ** 2 / expected[1];
    expect(statistic).toBeLessThan(quantile(1));
  });
});

describe("policyId", () => {
  test("represents the policy, and fits the reserved object", () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const id = policyId(policy);
        expect(id.length).toBeLessThanOrEqual(64);
        const back = policyFromId(id);
        expect(back && policyId(back)).toBe(id);
        expect(back && encodePassword(back, stream("x"))).toBe(encodePassword(policy, stream("x")));
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test.each(["", "32", "32:x:", "4:luns:-", "999:l:", "32::"])("%s is not an id", (id) => {
    expect(policyFromId(id)).toBeUndefined();
  });
});

import { createHash, createHmac, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyId } from "../../../../rotator/password/generation.ts";
import {
  DEFAULT_PASSWORD_POLICY,
  type PasswordPolicyConfig,
} from "../../../../rotator/password/policy.ts";
import {
  deriveCandidate,
  deriveKey,
  lengthPrefixed,
} from "../../../../rotator/rotation/derivation.ts";
import { type SealContext, seal, unseal } from "../../../../rotator/rotation/seal.ts";
import { keyName } from "../../../../rotator/rotation/strategies/key-names.ts";
import vectors from "../../../../rotator/rotation/test-vectors.json" with { type: "json" };

const KEY = Buffer.alloc(32, 7);
const INPUT = {
  item: "/a",
  system: "b",
  username: "c",
  generation: 1,
  attempt: 0,
  current: "d",
};

/** The page docs/reference/derivation.md put into code once more, from HMAC and SHA-256 alone. */
function byThePage(key: Buffer, input: typeof INPUT, policy: PasswordPolicyConfig): string {
  const hmac = (secret: Buffer, ...data: Buffer[]) =>
    createHmac("sha256", secret).update(Buffer.concat(data)).digest();
  const fields = [input.item, input.system, input.username, input.generation, input.attempt];
  const context = createHash("sha256");
  for (const field of [...fields, input.current].map(String)) {
    const length = Buffer.byteLength(field).toString(16).padStart(8, "0");
    context.update(length, "hex").update(field, "utf8");
  }
  const label = Buffer.from("akeyless-rotation-kit/v1/password");
  const info = Buffer.concat([label, context.digest()]);
  const extracted = hmac(Buffer.alloc(32), key);
  const bytes: number[] = [];
  for (let block = 0; bytes.length < 8_192; block += 1) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(block);
    const first = hmac(extracted, info, number, Buffer.from([1]));
    bytes.push(...first, ...hmac(extracted, first, info, number, Buffer.from([2])));
  }
  const classes = [
    policy.lowercase ? "abcdefghijklmnopqrstuvwxyz" : "",
    policy.uppercase ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "",
    policy.numbers ? "0123456789" : "",
    policy.symbols ? [...new Set(policy.allowed_symbols)].sort().join("") : "",
  ].filter((characters) => characters !== "");
  const alphabet = classes.join("");
  const even = bytes.filter((byte) => byte < 256 - (256 % alphabet.length));
  for (let start = 0; ; start += policy.length) {
    const password = even
      .slice(start, start + policy.length)
      .map((byte) => alphabet[byte % alphabet.length])
      .join("");
    if (classes.every((characters) => [...password].some((one) => characters.includes(one))))
      return password;
  }
}

test("keys are derived as HKDF-SHA256 does it", () => {
  const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
  fc.assert(
    fc.property(
      bytes(32, 80),
      bytes(0, 200),
      fc.integer({ min: 1, max: 200 }),
      (key, info, size) => {
        const known = Buffer.from(hkdfSync("sha256", key, new Uint8Array(0), info, size));
        expect(deriveKey(key, info, size).toString("hex")).toBe(known.toString("hex"));
      },
    ),
  );
});

describe("test vectors", () => {
  test.each(vectors.passwords)("$name", ({ key, input, policy, password, ...vector }) => {
    const material = Buffer.from(key, "hex");
    expect(deriveCandidate(material, input, policy)).toBe(password);
    expect(byThePage(material, input, policy)).toBe(password);
    expect(policyId(policy)).toBe(vector.policyId);
  });

  test.each(vectors.sealed)("sealed: $name", ({ key, context, text, sealed }) => {
    const material = Buffer.from(key, "hex");
    const { gens, ...rest } = context;
    const [first = 0, second = 0] = gens ?? [];
    const whole: SealContext = { ...rest, ...(gens && { gens: [first, second] }) };
    expect(seal(material, whole, text)).toBe(sealed);
    expect(unseal(material, whole, sealed)).toBe(text);
  });

  test.each(vectors.keyNames)("key name $name", ({ input, name }) => {
    expect(keyName(input)).toBe(name);
  });
});

describe("deriveCandidate", () => {
  test("changes with each single input", () => {
    const of = (change: Partial<typeof INPUT>, key = KEY) =>
      deriveCandidate(key, { ...INPUT, ...change }, DEFAULT_PASSWORD_POLICY);
    const passwords = [
      of({}),
      of({}, Buffer.alloc(32, 8)),
      of({ item: "/b" }),
      of({ system: "c" }),
      of({ username: "d" }),
      of({ generation: 2 }),
      of({ attempt: 1 }),
      of({ current: "e" }),
    ];
    expect(new Set(passwords).size).toBe(passwords.length);
  });

  test("length prefixes keep any two lists of fields apart", () => {
    const lists = fc.array(fc.string({ maxLength: 8 }), { maxLength: 5 });
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(lengthPrefixed(a).equals(lengthPrefixed(b))).toBe(same);
      }),
      { seed: 4 },
    );
    expect(lengthPrefixed(["ab", "c"]).equals(lengthPrefixed(["a", "bc"]))).toBe(false);
  });
});

describe("seal", () => {
  const context: SealContext = { item: "/a", system: "b", gen: 3, kid: "k", policyId: "p" };
  const others: Partial<SealContext>[] = [
    { item: "/b" },
    { system: "c" },
    { gen: 4 },
    { kid: "l" },
    { policyId: "q" },
    { gens: [1, 2] },
    { key: "name" },
    { retire: ["name"] },
  ];

  test("opens only with the same key, item, system and state, and unchanged", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, position) => {
        const sealed = seal(KEY, context, text);
        expect(seal(KEY, context, text)).toBe(sealed);
        expect(unseal(KEY, context, sealed)).toBe(text);
        expect(unseal(Buffer.alloc(32, 8), context, sealed)).toBeUndefined();
        for (const other of others)
          expect(unseal(KEY, { ...context, ...other }, sealed)).toBeUndefined();
        const bytes = Buffer.from(sealed, "base64url");
        const at = position % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        expect(unseal(KEY, context, bytes.toString("base64url"))).toBeUndefined();
      }),
      { seed: 5 },
    );
  });

  test("gives different texts different nonces", () => {
    const nonces = Array.from({ length: 500 }, (_, n) => seal(KEY, context, `p${n}`).slice(0, 16));
    expect(new Set(nonces).size).toBe(500);
  });

  test.each(["", "AAAA", "!"])("does not open %j", (sealed) => {
    expect(unseal(KEY, context, sealed)).toBeUndefined();
  });
});

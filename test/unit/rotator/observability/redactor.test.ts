import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { REDACTED } from "../../../../rotator/observability/redacted.ts";
import { Redactor } from "../../../../rotator/observability/redactor.ts";

const secrets = fc.string({ unit: "binary", minLength: 12, maxLength: 40 });

/** The ways in which a secret reaches a text. */
const ENCODINGS: Record<string, (secret: string) => string> = {
  raw: (secret) => secret,
  "inside JSON": (secret) => JSON.stringify({ message: secret }),
  "inside JSON inside JSON": (secret) => JSON.stringify({ payload: JSON.stringify({ p: secret }) }),
  "in a URL": (secret) => `https://host/?p=${encodeURIComponent(secret)}`,
  "in a form": (secret) => new URLSearchParams({ p: secret }).toString(),
  "in a URL, as RFC 3986 has it": (secret) => strictly(secret),
  "in a URL, in small letters": (secret) =>
    strictly(secret).replace(/%../g, (code) => code.toLowerCase()),
  "inside JSON of ASCII alone": (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "inside HTML": (secret) =>
    secret
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
  "in a shell's single quotes": (secret) => `'${secret.split("'").join("'\\''")}'`,
  base64: (secret) => Buffer.from(secret).toString("base64"),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  hex: (secret) => Buffer.from(secret).toString("hex"),
};

function strictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

test.each(Object.entries(ENCODINGS))("hides a secret %s", (_name, encode) => {
  fc.assert(
    fc.property(
      secrets.filter((secret) => Buffer.from(secret).toString() === secret),
      (secret) => {
        const redactor = new Redactor();
        redactor.add(secret);
        const text = redactor.redact(`before ${encode(secret)} after`);
        expect(text).toContain(REDACTED);
        expect(text).not.toContain(encode(secret));
        expect(text).toMatch(/^before .* after$/s);
      },
    ),
  );
});

test("hides any text that JSON can carry, also one with half a character", () => {
  const units = fc.array(fc.integer({ min: 0xd7f0, max: 0xe00f }), { minLength: 4, maxLength: 20 });
  fc.assert(
    fc.property(units, (codes) => {
      const secret = String.fromCharCode(...codes);
      const redactor = new Redactor();
      redactor.add(secret);
      expect(redactor.redact(JSON.stringify({ m: secret }))).toBe(`{"m":"${REDACTED}"}`);
    }),
  );
});

test.each(["u:", "us:", "user:"])("hides a password inside Basic credentials after %s", (user) => {
  fc.assert(
    fc.property(fc.string({ minLength: 12, maxLength: 40 }), (password) => {
      const redactor = new Redactor();
      redactor.add(password);
      const basic = Buffer.from(`${user}${password}`).toString("base64");
      const clean = redactor.redact(`Authorization: Basic ${basic}`);
      const rest = clean.replaceAll(REDACTED, "").replace("Authorization: Basic ", "");
      expect(Buffer.from(rest, "base64").toString()).not.toContain(password.slice(3, -3));
      expect(clean).toContain(REDACTED);
    }),
  );
});

test("hides every occurrence of every secret, the longest first", () => {
  const redactor = new Redactor();
  redactor.add("abcdef", "abcdefghij");
  expect(redactor.redact("abcdefghij abcdef abcdef")).toBe(`${REDACTED} ${REDACTED} ${REDACTED}`);
});

test("hides all of two secrets that overlap", () => {
  const redactor = new Redactor();
  redactor.add("abcdefgh", "efghijkl");
  expect(redactor.redact("<abcdefghijkl>")).toBe(`<${REDACTED}>`);
});

test("hides secrets that begin alike", () => {
  const redactor = new Redactor();
  redactor.add("same-beginning-1", "same-beginning-2");
  expect(redactor.redact("same-beginning-3 same-beginning-2 same-beginning-1")).toBe(
    `same-beginning-3 ${REDACTED} ${REDACTED}`,
  );
});

test("leaves texts without secrets alone, and ignores what is too short to be one", () => {
  const redactor = new Redactor();
  redactor.add("", "abc");
  expect(redactor.redact("abc")).toBe("abc");
});

test.each(Object.entries(ENCODINGS))("hides %s a secret that it has forgotten", (_name, encode) => {
  fc.assert(
    fc.property(
      secrets.filter((secret) => Buffer.from(secret).toString() === secret),
      (secret) => {
        const redactor = new Redactor();
        redactor.add(secret);
        redactor.forget();
        const text = redactor.redact(`before ${encode(secret)} after`);
        expect(text).toMatch(/^before /);
        expect(text).toContain(REDACTED);
        expect(text).not.toContain(encode(secret).slice(-secret.length));
        expect(redactor.redact("nothing of the kind")).toBe("nothing of the kind");
      },
    ),
  );
});

test("hides what is added after it has forgotten, and does not keep it either", () => {
  const redactor = new Redactor();
  redactor.forget();
  redactor.add("late-secret");
  expect(redactor.redact("says late-secret")).toBe(`says ${REDACTED}`);
  expect(inspect(redactor, { depth: 9, showHidden: true })).not.toContain("late-secret");
});

test("keeps a bounded number of secrets, and hides everything where there were more", () => {
  const redactor = new Redactor();
  for (let count = 0; count < 512; count += 1) redactor.add(`secret number ${count}`);
  expect(redactor.redact("fine")).toBe("fine");
  redactor.add("one too many");
  expect(redactor.redact("fine")).toBe(REDACTED);
});

import { readFileSync } from "node:fs";
import { KitError } from "../../common/errors/kit-error.ts";
import { readFailure } from "../../common/read-failure.ts";
import { MIN_KEY_BYTES, type RotatorKey } from "../rotation/keyring.ts";

/** A line that makes a key; errors show it. */
const HOW_TO = `make one with: openssl rand -base64 ${MIN_KEY_BYTES}`;

/** Fewest different bytes of a key: of 32 random ones about 30 differ, below 16 practically never. */
const MIN_DIFFERENT_BYTES = 16;

/**
 * Reads a key from its file: hex or base64 (also base64url) text, white space around it ignored.
 * Hex wins where a text could be both. Sentences leave the path away, see `readFailure`.
 *
 * @throws KitError `key_unreadable` or `key_invalid`
 */
export function readKey({ id, file }: { readonly id: string; readonly file: string }): RotatorKey {
  // Tools break long lines.
  const text = readText(file)
    .replace(/\s*\n\s*/g, "")
    .trim();
  if (text === "") throw invalid("the file is empty");
  const material = decode(text);
  if (material === undefined) throw invalid("the file holds neither base64 nor hex");
  if (material.length < MIN_KEY_BYTES) {
    throw invalid(`the key has ${material.length} bytes, at least ${MIN_KEY_BYTES} are needed`);
  }
  if (!looksRandom(text, material)) {
    throw invalid("the key is not random: passwords could be guessed from it");
  }
  return { id, material };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new KitError(
      "key_unreadable",
      { problem: `the file cannot be read (${readFailure(cause)})` },
      {
        cause,
      },
    );
  }
}

const HEX = /^([0-9a-f]{2})+$/i;

function decode(text: string): Buffer | undefined {
  if (HEX.test(text)) return Buffer.from(text, "hex");
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return Buffer.from(text, "base64");
  return undefined;
}

/**
 * Catches what people type: repeated characters, and a passphrase that happens to be base64url. Of
 * 43 random base64 characters all are of one case once in billions of keys.
 */
function looksRandom(text: string, material: Buffer): boolean {
  const mixed = HEX.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text));
  return mixed && new Set(material).size >= MIN_DIFFERENT_BYTES;
}

function invalid(sentence: string): KitError {
  return new KitError("key_invalid", { problem: `${sentence}; ${HOW_TO}` });
}

import { readFileSync } from "node:fs";
import { KitError } from "../errors.ts";
import { MIN_KEY_BYTES, type RotatorKey } from "../rotation/keyring.ts";

/** A line that makes a key; errors show it. */
const HOW_TO = `make one with: openssl rand -base64 ${MIN_KEY_BYTES}`;

/**
 * Reads a key from its file: hex or base64 (also base64url) text, white space around it ignored.
 * Hex wins where a text could be both.
 *
 * @throws KitError `key_unreadable` or `key_invalid`
 */
export function readKey({ id, file }: { readonly id: string; readonly file: string }): RotatorKey {
  const text = readText(file).trim();
  const material = decode(text);
  if (material === undefined) {
    throw new KitError("key_invalid", `the file ${file} holds neither base64 nor hex; ${HOW_TO}`);
  }
  if (material.length < MIN_KEY_BYTES) {
    throw new KitError(
      "key_invalid",
      `the key in ${file} has ${material.length} bytes, at least ${MIN_KEY_BYTES} are needed; ${HOW_TO}`,
    );
  }
  return { id, material };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new KitError("key_unreadable", `the file ${file} cannot be read`, { cause });
  }
}

function decode(text: string): Buffer | undefined {
  if (/^([0-9a-f]{2})+$/i.test(text)) return Buffer.from(text, "hex");
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return Buffer.from(text, "base64");
  return undefined;
}

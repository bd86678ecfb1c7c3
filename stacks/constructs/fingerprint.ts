import { createHash } from "node:crypto";
import { Fn } from "cdktf";
import { isUnknown } from "./errors.ts";

/** A digest that stays the same as long as the declaration does, also if parts are unknown yet. */
export function fingerprint(declaration: unknown): string {
  const text = JSON.stringify(declaration);
  return isUnknown(text) ? Fn.sha256(text) : createHash("sha256").update(text).digest("hex");
}

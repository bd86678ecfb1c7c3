import { isDeepStrictEqual } from "node:util";
import type { ConfigProblem } from "../config/environment.ts";
import type { RotatorConfig } from "../config/schema.ts";

/** Settings of the ports and the notifier, which stay while everything else is replaced. */
const FIXED: readonly (readonly [string, (config: RotatorConfig) => unknown])[] = [
  ["listen.host", ({ listen }) => listen.host],
  ["listen.port", ({ listen }) => listen.port],
  ["listen.tls", ({ listen }) => listen.tls],
  ["metrics", ({ metrics }) => metrics],
  ["notify", ({ notify }) => notify],
  ["limits.connections", ({ limits }) => limits.connections],
  ["limits.headers_ms", ({ limits }) => limits.headers_ms],
  ["limits.receive_ms", ({ limits }) => limits.receive_ms],
];

/** What a new configuration changes that only a start can change. */
export function fixedSettings(old: RotatorConfig, next: RotatorConfig): ConfigProblem[] {
  return FIXED.filter(([, of]) => !isDeepStrictEqual(of(old), of(next))).map(([where]) => ({
    where,
    message: "cannot change while the rotator runs: restart it",
  }));
}

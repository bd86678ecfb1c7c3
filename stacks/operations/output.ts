import { plainText } from "../../common/plain-text.ts";
import type { DocumentName, DocumentOf } from "./documents.ts";
import type { CommandIo } from "./io.ts";

/** Help text on the exit codes that every command has. */
export const EXIT_CODES = `
Exit codes:
  0  done, no problem found
  1  the command could not run: wrong usage, environment, network, credentials
  2  the command ran and found a problem
`;

/** Help text on the environment that every command which talks to a gateway reads. */
export const GATEWAY_ENVIRONMENT = `
Environment:
  AKEYLESS_GATEWAY      API address of the gateway, e.g. https://gateway.example.com:8081
  AKEYLESS_AUTH_TOKEN   a token that you hold (wins); or
  AKEYLESS_ACCESS_ID    access id, with one of
  AKEYLESS_ACCESS_KEY   its key
  AKEYLESS_AUTH_JWT     a JWT, as CI systems issue them
  AKEYLESS_AUTH_CERT    a client certificate, with AKEYLESS_AUTH_KEY (PEM, or PEM in base64)
  AKEYLESS_ACCESS_TYPE  aws_iam, azure_ad or gcp: the identity of the machine (not tried live)
  AKEYLESS_AUTH_UID     a token of universal identity, needs no access id
  NODE_EXTRA_CA_CERTS   PEM file with a private certificate authority
`;

/** What follows the options in the help of a command: examples, environment, exit codes. */
export function helpText(...examples: readonly string[]): string {
  const lines = examples.map((example) => `  rotation-kit ${example}\n`).join("");
  return `\nExamples:\n${lines}${GATEWAY_ENVIRONMENT}${EXIT_CODES}`;
}

/** Writes one JSON document; its name becomes the schema id `rotation-kit/<name>/v1`. */
export function printJson<Name extends DocumentName>(
  io: Pick<CommandIo, "out">,
  name: Name,
  document: DocumentOf<Name>,
): void {
  io.out(`${JSON.stringify({ schema: `rotation-kit/${name}/v1`, ...document }, null, 2)}\n`);
}

/**
 * Writes rows below a header: aligned columns on a terminal, tab-separated elsewhere, so that
 * `cut` and `awk` work. Cells are made safe to show: what they hold came from another machine.
 */
export function writeTable(
  io: CommandIo,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [header, ...rows.map((row) => row.map(plainText))];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => [...(line[column] ?? "")].length)),
  );
  for (const line of lines) writeRow(io, line, widths);
}

/** Writes one row of a table whose other rows may not be known yet. */
export function writeRow(io: CommandIo, row: readonly string[], widths: readonly number[]): void {
  const cells = row.map(plainText);
  const line = io.isTerminal
    ? cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")
    : cells.join("\t");
  io.out(`${io.isTerminal ? line.trimEnd() : line}\n`);
}

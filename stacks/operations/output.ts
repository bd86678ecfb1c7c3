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
 * Writes rows below a header: aligned columns on a terminal, one cell below the other where the
 * terminal is too narrow for that, tab-separated elsewhere, so that `cut` and `awk` work. Cells are
 * made safe to show: what they hold came from another machine.
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
  const width = widths.reduce((sum, column) => sum + column + 2, -2);
  const { columns } = io;
  if (io.isTerminal && columns !== undefined && width > columns)
    writeRecords(io, header, lines.slice(1), columns);
  else for (const line of lines) writeRow(io, line, widths);
}

/** One record a row: each cell that is not empty beside the name of its column, broken into lines. */
function writeRecords(
  io: CommandIo,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): void {
  const indent = Math.max(...header.map(({ length }) => length)) + 2;
  const room = Math.max(columns - indent, 20);
  const records = rows.map((row) =>
    row
      .flatMap((cell, column) =>
        cell === ""
          ? []
          : brokenInto(cell, room).map(
              (line, index) =>
                `${(index === 0 ? (header[column] ?? "") : "").padEnd(indent)}${line}\n`,
            ),
      )
      .join(""),
  );
  io.out(records.join("\n"));
}

/** A text in lines of at most so many characters; a longer word has a line of its own. */
function brokenInto(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Writes one row of a table whose other rows may not be known yet. */
export function writeRow(io: CommandIo, row: readonly string[], widths: readonly number[]): void {
  const cells = row.map(plainText);
  const line = io.isTerminal
    ? cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")
    : cells.join("\t");
  io.out(`${io.isTerminal ? line.trimEnd() : line}\n`);
}

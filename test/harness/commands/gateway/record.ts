import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { KitError } from "../../../../common/errors/kit-error.ts";
import { itemPath } from "../../../../common/item-path.ts";
import { plainText } from "../../../../common/plain-text.ts";
import { VERSION } from "../../../../common/version.ts";
import { type Connection, connectionFrom } from "../../../../stacks/gateway/connection.ts";
import { GatewaySession } from "../../../../stacks/gateway/session.ts";
import type { CommandIo } from "../../../../stacks/operations/io.ts";
import { printJson } from "../../../../stacks/operations/output.ts";
import { startGateway } from "../../gateway/index.ts";
import { type RecordedStep, type Recording, record, type Side } from "../../record/record.ts";
import type { Names } from "../../record/steps.ts";
import { readAssumptions } from "./assumptions.ts";

/** Options of `rotation-kit gateway record`. */
export interface RecordOptions {
  readonly against: string;
  readonly folder: string;
  readonly output?: string;
  readonly assume?: readonly string[];
  readonly yes?: true;
  readonly json?: true;
}

/** Milliseconds for one call; a rotation that nobody answers ends sooner. */
const TIMEOUT = 60_000;

/** Compares, writes what was found, and sets the exit code: 2 where something differs. */
export async function runRecord(options: RecordOptions, io: CommandIo): Promise<void> {
  const { environment, clock } = io;
  const connection = connectionFrom({ ...environment, AKEYLESS_GATEWAY: options.against });
  const names = namesIn(options.folder);
  await confirm(connection, names, options, io);
  const interruption = new AbortController();
  io.onInterrupt?.(() => interruption.abort());
  await using emulator = await startGateway(readAssumptions(options.assume ?? []));
  const real = await sideOf(connection, names, io);
  const { url, accessId, accessKey } = emulator;
  const own = { address: url, credentials: { type: "access-key", accessId, accessKey } } as const;
  const recording = await record(await sideOf(own, names, io), real, {
    fetch: globalThis.fetch,
    now: clock.now,
    timeout: TIMEOUT,
    signal: interruption.signal,
    ...(io.progress && { progress: io.progress }),
  });
  await write(recording, options, io);
  if (recording.left.length > 0)
    throw new KitError("record_left_behind", { names: recording.left.join(", ") });
  if (interruption.signal.aborted) {
    io.err("interrupted; what it created is deleted\n");
    return io.setExitCode(1);
  }
  io.setExitCode(differing(recording).length === 0 ? 0 : 2);
}

/** Names that nothing of the account can have. */
function namesIn(folder: string): Names {
  const own = `${itemPath(folder)}/${randomBytes(6).toString("hex")}`;
  return { folder: own, target: `${own}/target`, item: `${own}/secret` };
}

async function sideOf(connection: Connection, names: Names, io: CommandIo): Promise<Side> {
  const { clock, environment } = io;
  const options = { clock, environment, fetch: globalThis.fetch };
  const token = await new GatewaySession(connection, options).token();
  return { address: connection.address, token, names };
}

async function confirm(
  { address }: Connection,
  { folder }: Names,
  { yes }: RecordOptions,
  io: CommandIo,
): Promise<void> {
  if (yes) return;
  const question = `create, change, rotate and delete a Web Target and a secret in ${folder} at ${address}? Type yes: `;
  const answer = await io.ask?.(question);
  if (answer?.trim() === "yes") return;
  const why = answer === undefined ? "nobody can be asked" : "the answer was not yes";
  throw new KitError("record_not_confirmed", { address, why });
}

async function write(recording: Recording, options: RecordOptions, io: CommandIo): Promise<void> {
  const document = {
    ok: differing(recording).length === 0,
    version: VERSION,
    steps: [...recording.steps].map((step) => ({ ...step, differences: [...step.differences] })),
    left: [...recording.left],
  };
  if (options.output !== undefined) {
    let text = "";
    printJson({ out: (part) => (text += part) }, "gateway-record", document);
    await writeFile(options.output, text, { mode: 0o600 });
  }
  if (options.json) return printJson(io, "gateway-record", document);
  for (const step of recording.steps) io.out(linesOf(step));
  const { length } = recording.steps;
  io.out(`\n${differing(recording).length} of ${length} calls are answered otherwise.\n`);
  if (options.output !== undefined)
    io.out(`${options.output} holds masked answers: read it, then send it with an issue.\n`);
}

function differing({ steps }: Recording): RecordedStep[] {
  return steps.filter(({ differences }) => differences.length > 0);
}

function linesOf({ title, path, differences, tells }: RecordedStep): string {
  if (differences.length === 0) return `same     ${path}: ${title}\n`;
  const lines = differences.map(
    ({ at, emulator, real }) =>
      `           ${at}: emulator ${shown(emulator)}, real ${shown(real)}\n`,
  );
  const about = tells === undefined ? "" : ` (it tells about the switch ${tells})`;
  return `DIFFERS  ${path}: ${title}${about}\n${lines.join("")}`;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : plainText(JSON.stringify(value));
}

/**
 * `npm run bench:synth -- [--json] [--skip-terraform]`: what constructs and rules cost against
 * the thin layer and against plain JSON, and what Terraform takes with the stand-in provider.
 *
 * Only ratios mean something on another machine. Each synthesis runs in a process of its own, warmed
 * up, and counts processor time, so that other work on the machine disturbs less; kinds take turns.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { runCommand } from "../harness/processes.ts";
import { KINDS, type Kind, resourcesOf } from "./synth/declarations.ts";
import { renderTables, type TableRow } from "./synth/tables.ts";
import { timeTerraform } from "./synth/terraform.ts";

/** How often each size is measured; the median counts. */
const RUNS = { 100: 7, 1000: 7, 10000: 3 } as const;
const TERRAFORM_RESOURCES = 1_000;

/** What is to be reached; docs/benchmarks.md says whether it was. */
const GOALS = { l2ToL1: 1.5, growth: 12, planToBuiltIn: 2 } as const;

const measurement = z.object({ milliseconds: z.number(), resources: z.number() });
const measureFile = join(import.meta.dirname, "synth", "measure.ts");
const { values: options } = parseArgs({
  options: { json: { type: "boolean" }, "skip-terraform": { type: "boolean" } },
});

const rows: TableRow[] = [];
for (const [size, runs] of Object.entries(RUNS)) {
  rows.push(...(await measureSize(Number(size), runs)));
}
const l2 = (secrets: number) => find("l2", secrets);
const synth = Object.keys(RUNS).map(Number);
const ratios = {
  l2ToL1: Object.fromEntries(synth.map((size) => [size, l2(size) / find("l1", size)])),
  l2ToJson: Object.fromEntries(synth.map((size) => [size, l2(size) / find("json", size)])),
  growth: l2(10_000) / l2(1_000),
};
const terraform = options["skip-terraform"] ? undefined : await measureTerraform();
const report = {
  schema: "rotation-kit/bench-synth/v1",
  date: new Date().toISOString().slice(0, 10),
  machine: { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length },
  goals: GOALS,
  rows,
  ratios,
  ...(terraform && { terraform }),
};
process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : renderTables(report));

/** Kinds take turns, so that a busy minute of the machine hits all of them. */
async function measureSize(secrets: number, runs: number): Promise<TableRow[]> {
  const times: Record<Kind, number[]> = { l2: [], l1: [], json: [] };
  for (let run = 0; run < runs; run += 1) {
    for (const kind of KINDS) {
      process.stderr.write(`\r\u001b[K${secrets} secrets, ${kind}, ${run + 1} of ${runs} `);
      times[kind].push(await measureOnce(kind, secrets));
    }
  }
  process.stderr.write("\r\u001b[K");
  return KINDS.map((kind) => ({ secrets, kind, milliseconds: median(times[kind]) }));
}

async function measureOnce(kind: Kind, secrets: number): Promise<number> {
  const args = ["--import", "tsx", measureFile, kind, String(secrets)];
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
  const { code, stdout, stderr } = await runCommand(process.execPath, args, { env });
  if (code !== 0) throw new Error(`${kind} of ${secrets} secrets failed: ${stderr}`);
  const { milliseconds, resources } = measurement.parse(JSON.parse(stdout));
  const expected = resourcesOf(secrets);
  if (resources !== expected) {
    throw new Error(
      `${kind} made ${resources} resources instead of ${expected}: no fair comparison`,
    );
  }
  return milliseconds;
}

async function measureTerraform() {
  const directory = await mkdtemp(join(tmpdir(), "rotation-kit-bench-terraform-"));
  try {
    process.stderr.write(`Terraform, ${TERRAFORM_RESOURCES} resources: plan, apply, plan again `);
    const times = await timeTerraform(directory, TERRAFORM_RESOURCES);
    process.stderr.write("\r\u001b[K");
    const ratio = ({ akeyless, builtIn }: { akeyless: number; builtIn: number }) =>
      akeyless / builtIn;
    const { plan, apply, replan } = times;
    return { ...times, ratios: { plan: ratio(plan), apply: ratio(apply), replan: ratio(replan) } };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function find(kind: Kind, secrets: number): number {
  return (
    rows.find((row) => row.kind === kind && row.secrets === secrets)?.milliseconds ?? Number.NaN
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * Declares and synthesizes once, in a process of its own, because cdktf keeps what it has
 * made for the life of a process: `measure.ts <l2|l1|json> <count>`. Prints one JSON document.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import * as z from "zod";
import { declareL1, declareL2, KINDS, type Kind, writeDeclarations } from "./declarations.ts";

const WARM_UP = 100;

const [kind, count] = z
  .tuple([z.enum(KINDS), z.coerce.number().int().positive()])
  .parse(process.argv.slice(2));

const folder = mkdtempSync(join(tmpdir(), "rotation-kit-bench-"));
try {
  for (const run of ["first", "second"]) write(kind, WARM_UP, join(folder, run));
  const out = join(folder, "out");
  const started = process.cpuUsage();
  const file = write(kind, count, out);
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  const { resource } = JSON.parse(readFileSync(file, "utf8"));
  const resources = Object.values<object>(resource).flatMap((type) => Object.keys(type)).length;
  process.stdout.write(JSON.stringify({ milliseconds, resources }));
} finally {
  rmSync(folder, { recursive: true });
}

function write(kind: Kind, count: number, outdir: string): string {
  if (kind === "json") {
    writeDeclarations(`${outdir}.json`, count);
    return `${outdir}.json`;
  }
  const app = new App({ outdir, stackTraces: false });
  const stack = new TerraformStack(app, "bench");
  (kind === "l2" ? declareL2 : declareL1)(stack, count);
  app.synth();
  return join(outdir, "stacks", "bench", "cdk.tf.json");
}

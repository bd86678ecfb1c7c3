// Reads the demo's JSON document from standard input; fails unless it is whole and every step is ok.
import { text } from "node:stream/consumers";

const { ok, steps } = JSON.parse(await text(process.stdin));
const whole =
  steps.length === 10 &&
  steps.every((step) => step.ok && !step.skipped && step.ms >= 0 && step.detail);
for (const { name, ms, detail } of steps) process.stdout.write(`${name} (${ms} ms): ${detail}\n`);
process.exitCode = ok && whole ? 0 : 1;

import { fuzzRotator } from "./fuzz-rotator.ts";

/** `npm run fuzz [-- <requests> [<seed>]]`: one JSON document; exit code 2 on a violation. */
const requests = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 32);
const started = performance.now();
const report = await fuzzRotator(requests, seed);
const seconds = Math.round((performance.now() - started) / 1000);
process.stdout.write(`${JSON.stringify({ seed, seconds, ...report }, null, 2)}\n`);
process.exitCode = report.violations.length === 0 ? 0 : 2;

import { parseArgs } from "node:util";
import { AUTHORITIES, runChaos } from "./chaos.ts";

/**
 * `npm run chaos [-- --seed N --minutes M --authority account|admin]`: one JSON document; exit code 2 where something did not
 * heal or the account was locked. The same seed gives the same order of events.
 */
const { values } = parseArgs({
  options: {
    authority: { type: "string", default: "account" },
    seed: { type: "string" },
    minutes: { type: "string", default: "1" },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const authority = AUTHORITIES.find((one) => one === values.authority);
if (authority === undefined) throw new RangeError("--authority is account or admin");
const started = performance.now();
const report = await runChaos(seed, Number(values.minutes) * 60_000, authority);
const seconds = Math.round((performance.now() - started) / 1_000);
process.stdout.write(`${JSON.stringify({ seed, authority, seconds, ...report }, null, 2)}\n`);
process.exitCode = report.unhealed.length === 0 && report.lockouts === 0 ? 0 : 2;

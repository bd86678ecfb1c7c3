import { parseArgs } from "node:util";
import { runChaos } from "./chaos.ts";
import { CHAOS_AUTHORITIES, CHAOS_STRATEGIES } from "./place.ts";

/**
 * `npm run chaos [-- --seed N --minutes M --strategy single|alternating|dual-password|key-pair --authority
 * account|admin --replicas N]`: one JSON document; exit code 2 where something did not heal, the stored
 * password was dead where it must not be, or the account was locked. The same seed gives the same order
 * of events.
 */
const { values } = parseArgs({
  options: {
    strategy: { type: "string", default: "single" },
    authority: { type: "string", default: "account" },
    replicas: { type: "string", default: "1" },
    seed: { type: "string" },
    minutes: { type: "string", default: "1" },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const oneOf = <T extends string>(name: string, value: string, known: readonly T[]): T => {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new RangeError(`--${name} is one of ${known.join(", ")}`);
  return found;
};
const configuration = {
  strategy: oneOf("strategy", values.strategy, CHAOS_STRATEGIES),
  authority: oneOf("authority", values.authority, CHAOS_AUTHORITIES),
  replicas: Number(oneOf("replicas", values.replicas, ["1", "2"])),
};
const started = performance.now();
const report = await runChaos(seed, Number(values.minutes) * 60_000, configuration);
const seconds = Math.round((performance.now() - started) / 1_000);
process.stdout.write(
  `${JSON.stringify({ seed, ...configuration, seconds, ...report }, null, 2)}\n`,
);
const fine = report.unhealed.length + report.outages.length + report.lockouts === 0;
process.exitCode = fine ? 0 : 2;

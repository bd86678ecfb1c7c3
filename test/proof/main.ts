import { parseArgs } from "node:util";
import { defined } from "../../common/defined.ts";
import { proveMachines } from "./machines.ts";
import { soak } from "./soak.ts";

/*
 * `npm run proof [-- --quick --only machines|soak --seed N --old FOLDER]`: one JSON document; exit code 2
 * where `wrong` is not empty. `--old`: an older built rotator (`dist/service` of its commit) to upgrade
 * from. The same seed gives the same faults; what they meet depends on the machine.
 */
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    seed: { type: "string", default: "7" },
    old: { type: "string" },
  },
});
const { quick, only, old } = values;
const seed = Number(values.seed);
const parts = {
  machines: () =>
    proveMachines({ seed, items: 1_000, some: quick ? 40 : 500, ...defined({ old }) }),
  soak: () => soak({ seed, items: quick ? 100 : 1_000, days: 365 }),
};
const wrong: string[] = [];
const report: Record<string, object> = {};
for (const [name, prove] of Object.entries(parts)) {
  if (only !== undefined && only !== name) continue;
  const began = performance.now();
  const { wrong: found, ...numbers } = await prove();
  wrong.push(...found);
  const seconds = Math.round((performance.now() - began) / 1_000);
  report[name] = { seconds, ...numbers };
  process.stderr.write(`${name}: ${seconds} s, wrong: ${found.join("; ") || "nothing"}\n`);
}
const date = new Date().toISOString();
process.stdout.write(
  `${JSON.stringify({ date, node: process.version, seed, ...report, wrong }, null, 2)}\n`,
);
process.exitCode = wrong.length === 0 ? 0 : 2;

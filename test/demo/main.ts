import { parseArgs } from "node:util";
import { HarnessError } from "../harness/harness-error.ts";
import { runDemo } from "./demo.ts";
import { jsonReport, textReport } from "./report.ts";

const usage = `usage: npm run demo -- [--json] [--keep] [--provider stand-in|registry]

  --json      print one JSON document on stdout, nothing else
  --keep      leave everything running in place of the last step, print how to use it; Ctrl-C ends it
  --provider  stand-in (default): no registry is asked; registry: the real Akeyless provider,
              against the emulated gateway

Exit codes: 0 every step ok; 1 a prerequisite is missing or a step failed; 130 interrupted.
`;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
        provider: { type: "string", default: "stand-in" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.provider !== "stand-in" && values.provider !== "registry") {
      throw new Error(`--provider is ${values.provider}; it takes stand-in or registry`);
    }
    return { ...values, provider: values.provider } as const;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(1);
  }
}

const { json, keep, provider, help } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => interruption.abort(new HarnessError("interrupted", "interrupted")));
}

const ok = await runDemo({
  provider,
  keep,
  report: json ? jsonReport(process.stdout, process.stderr) : textReport(process.stdout),
  signal: interruption.signal,
});
process.exitCode = interruption.signal.aborted && !ok ? 130 : ok ? 0 : 1;

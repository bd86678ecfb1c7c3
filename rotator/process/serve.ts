import { Command } from "commander";
import type { Reloader } from "./reload.ts";

interface Options {
  readonly config?: string;
  readonly check?: boolean;
  readonly probe?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  rotation-kit serve --config rotator.yaml --check --probe
  rotation-kit serve --config rotator.yaml
`;

/** `rotation-kit serve`: the rotator as a process. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("run the rotator, which the Akeyless Gateway calls")
    .option("--config <file>", "rotator.yaml; without it, ROTATOR_… variables set everything")
    .option("--check", "check the configuration, print it without secrets, and exit")
    .option("--probe", "with --check: also connect to Akeyless and to each system")
    .option("--json", "with --check: print one JSON document (rotation-kit/serve-check/v1)")
    .addHelpText("after", EXAMPLES)
    .action(async ({ config: file, ...options }: Options, command: Command) => {
      if (!options.check && (options.probe || options.json)) {
        command.error("error: --probe and --json need --check");
      }
      // Node.js would open its debugger, through which every secret in memory can be read.
      process.on("SIGUSR1", () => {});
      // Loaded here, because the other commands of the program need none of it and start often.
      const sources = { file, env: process.env };
      if (options.check) {
        const { check } = await import("./check.ts");
        // A module may have begun something that would keep the process alive.
        process.exit(await check(sources, options));
      }
      const { loadConfig } = await import("../config/load.ts");
      const loaded = loadConfig(sources);
      const { startService: startRotator } = await import("./start.ts");
      const { createReloader } = await import("./reload.ts");
      let exitCode: number | undefined;
      let reloader: Reloader | undefined;
      // Before anything is served: until there is a listener, the signal ends the process.
      process.on("SIGHUP", () => {
        if (exitCode === undefined) reloader?.reload();
      });
      const rotator = await startRotator(loaded);
      reloader = createReloader(rotator, sources, loaded);
      const stop = (code: number) => {
        if (exitCode !== undefined) return;
        exitCode = code;
        rotator.stop().then(
          // A rotation that had to be cut off is worth a failed exit.
          (finished) => process.exit(finished ? code : 1),
          () => process.exit(1),
        );
      };
      for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => stop(0));
      // Node would print the error as it is, and end without finishing what has changed something.
      const crash = (err: unknown) => {
        try {
          rotator.log.fatal({ err }, "unexpected error outside of any request");
        } catch {
          // What is thrown here would end the process at once; that it stops is what matters.
        }
        stop(1);
      };
      process.on("uncaughtException", crash).on("unhandledRejection", crash);
    });
}

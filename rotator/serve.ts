import { Command } from "commander";
import { check } from "./check.ts";
import { loadConfig } from "./config/load.ts";
import { startRotator } from "./main.ts";

interface Options {
  readonly config?: string;
  readonly check?: boolean;
  readonly probe?: boolean;
  readonly json?: boolean;
}

/** `rotation-kit serve`: the rotator as a process. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("Serve rotations to the Akeyless Gateway")
    .option("--config <file>", "rotator.yaml; without it ROTATOR_… variables give every setting")
    .option("--check", "validate, print the effective configuration without secrets, and end")
    .option("--probe", "with --check: also see whether Akeyless and each system can be reached")
    .option("--json", "with --check: print one JSON document")
    .action(async ({ config: file, ...options }: Options) => {
      const loaded = loadConfig({ file, env: process.env });
      if (options.check) {
        process.exitCode = await check(loaded, options);
        return;
      }
      const rotator = await startRotator(loaded);
      let stopping = false;
      const stop = () => {
        if (stopping) return;
        stopping = true;
        rotator.stop().then(
          // Only a rotation that had to be cut off is worth a failed exit.
          (finished) => process.exit(finished ? 0 : 1),
          () => process.exit(1),
        );
      };
      process.on("SIGTERM", stop).on("SIGINT", stop);
    });
}

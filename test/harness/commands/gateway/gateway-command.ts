import { Command, InvalidArgumentError, Option } from "commander";
import { type CommandIo, processIo } from "../../../../stacks/operations/io.ts";
import { LOGIN_OPTIONS } from "../login-options.ts";
import { port } from "../port.ts";
import { clockCommand } from "./clock-command.ts";
import { faultCommand } from "./fault-command.ts";
import { recordCommand } from "./record-command.ts";
import type { RunOptions } from "./run.ts";

/** `rotation-kit gateway`: the emulated Akeyless Gateway on this machine. */
export function gatewayCommand(io: CommandIo = processIo): Command {
  return (
    new Command("gateway")
      // --json and --assume of `record` are its own.
      .enablePositionalOptions()
      .description("run an emulated Akeyless Gateway on this machine, for development and tests")
      .addOption(new Option("--port <port>", "port of HTTP").argParser(port).default(8081))
      .addOption(new Option("--tls-port <port>", "port of HTTPS").argParser(port).default(8444))
      .option("--real-ports", "serve HTTP on 8000 and 8080 too, as a real gateway does")
      .option("--host <address>", "address to listen on", "127.0.0.1")
      .option(
        "--seed <text>",
        "the same ids, keys, tokens and answers every time; its keys are public",
      )
      .option("--persist <file>", "keep the account in this file; it survives a kill at any moment")
      .option("--import <file>", "start with the state in this file")
      .option("--export <file>", "write the state to this file at the end; it holds every secret")
      .option("--users <file>", "API users, with the rules of their roles: a JSON list")
      .option("--reset", "with --persist: discard the state in the file")
      .addOption(
        new Option("--clock <how>", "whether time passes by itself")
          .choices(["running", "still"])
          .default("running"),
      )
      .addOption(
        new Option("--speed <factor>", "how much faster than real time")
          .argParser(speed)
          .default(1),
      )
      .option(
        "--assume <name=value...>",
        "set an assumption about the real product (docs/reference/gateway-fidelity.md)",
      )
      .option(
        "--terraform <folder>",
        "install the stand-in provider there, and print its environment",
      )
      .option(
        "--for-rotator <folder>",
        "write rotator.yaml, a key, certificates and an example there, and declare its secret",
      )
      .addOption(LOGIN_OPTIONS.command)
      .addOption(LOGIN_OPTIONS.recipe)
      .option("--json", "print one JSON document per line: first the addresses, then each rotation")
      .addHelpText("after", EXAMPLES)
      .action(async (options: RunOptions) => {
        // Loaded here, because the other commands of the program need none of it and start often.
        const { runGateway } = await import("./run.ts");
        // Before it says that it is ready: from then on somebody may end it.
        const ended = new Promise<void>((resolve) => {
          for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
            process.once(signal, () => resolve());
        });
        const stop = await runGateway(options, io);
        await ended;
        await stop();
      })
      .addCommand(clockCommand(io))
      .addCommand(faultCommand(io))
      .addCommand(recordCommand(io))
  );
}

const EXAMPLES = `
Examples:
  rotation-kit gateway
  rotation-kit gateway --persist gateway.state --for-rotator my-rotator
  rotation-kit gateway clock jump 30d
  rotation-kit gateway fault reset-after --item /my/first-secret
`;

function speed(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 1_000_000) return number;
  throw new InvalidArgumentError("it is not a number above 0, up to 1000000");
}

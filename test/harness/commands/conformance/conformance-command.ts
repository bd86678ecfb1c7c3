import { Command, InvalidArgumentError, Option } from "commander";
import { type CommandIo, processIo } from "../../../../stacks/operations/io.ts";
import { EXIT_CODES } from "../../../../stacks/operations/output.ts";
import { PROFILES } from "../../conformance/cases.ts";
import { LOGIN_OPTIONS } from "../login-options.ts";
import { port } from "../port.ts";
import type { ConformanceOptions, RelayOption } from "./run.ts";

/** `rotation-kit conformance`: whether a rotator, in whatever language, keeps the contract. */
export function conformanceCommand(io: CommandIo = processIo): Command {
  return new Command("conformance")
    .description("play Akeyless against a rotator and check what it does; rotates a real account")
    .requiredOption("--url <url>", "address of the rotator, as the Web Target stores it")
    .requiredOption(
      "--payload <payload>",
      "the first payload, or @FILE; keep it out of your history",
    )
    .option("--item <name>", "the item that the tokens name", "/conformance")
    .option("--access-id <id>", "the access id that the rotator expects", "p-gateway")
    .addOption(new Option("--port <port>", "port of the validator").argParser(port).default(8081))
    .addOption(
      new Option("--tls-port <port>", "port of the validator over HTTPS")
        .argParser(port)
        .default(8444),
    )
    .option("--tls-folder <folder>", "serve HTTPS too, with the certificate in this folder")
    .option("--ca-file <file>", "PEM file: certificate authority of the rotator")
    .addOption(LOGIN_OPTIONS.command)
    .addOption(LOGIN_OPTIONS.recipe)
    .option("--restart <command>", "command that kills and restarts the rotator")
    .addOption(
      new Option(
        "--relay <port=host:port>",
        "serve the system at this port of 127.0.0.1, where the rotator reaches it, and disturb the line",
      ).argParser(relay),
    )
    .addOption(new Option("--profile <name...>", "only these profiles").choices(PROFILES))
    .addOption(
      new Option("--wait <seconds>", "time limit of one answer").argParser(seconds).default(30),
    )
    .option("--seed <text>", "the same keys and ids of tokens every time")
    .option("--json", "print one JSON document (rotation-kit/conformance/v1)")
    .addOption(new Option("--junit", "print JUnit XML").conflicts(["json", "markdown"]))
    .addOption(new Option("--markdown", "print tables in Markdown").conflicts(["json"]))
    .addHelpText("after", `${EXAMPLES}${EXIT_CODES}`)
    .action(async (options: ConformanceOptions) => {
      const { runConformance } = await import("./run.ts");
      await runConformance(options, io);
    });
}

const EXAMPLES = `
Point the rotator's validation URL at http://127.0.0.1:8081/validate-producer-credentials first.
Every case: docs/reference/rotator-contract.md

Examples:
  rotation-kit conformance --url http://127.0.0.1:2608/sync/rotate --payload @payload.json
  rotation-kit conformance --url https://localhost:8443/rotate --payload @payload.json --ca-file ca.pem --login ./try-login --junit
`;

/** `9443=app.internal:443` */
function relay(text: string): RelayOption {
  const [, from, host = "", to] = /^(\d+)=(.+):(\d+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined)
    throw new InvalidArgumentError("it is not PORT=HOST:PORT");
  return { port: port(from), system: { host: host.replace(/^\[(.*)\]$/, "$1"), port: port(to) } };
}

function seconds(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 600) return number;
  throw new InvalidArgumentError("it is not a number above 0, up to 600");
}

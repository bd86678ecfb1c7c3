import { Command } from "commander";
import { KitError } from "../../common/errors/kit-error.ts";
import { type CommandIo, gatewayFor } from "./io.ts";
import { type RepairSource, repairItem } from "./item/repair.ts";
import type { Prover } from "./item/store-proved.ts";
import { helpText, printJson } from "./output.ts";
import { wholeNumberOption } from "./whole-number.ts";

interface Options {
  readonly config: string;
  readonly version?: number;
  readonly passwordEnv: string;
  readonly json?: true;
}

const DEFAULT_VARIABLE = "ROTATION_KIT_PASSWORD";

/** `rotation-kit item repair`: the right payload into an item, after a login has proved it. */
export function repairCommand(io: CommandIo): Command {
  return new Command("repair")
    .description("store the right payload in an item, after a login proved it")
    .argument("<name>", "full path of the item")
    .requiredOption("--config <file>", "rotator.yaml, for the system that the payload names")
    .option(
      "--version <number>",
      "take the payload of this earlier version",
      wholeNumberOption(1, 1e9),
    )
    .option(
      "--password-env <name>",
      "otherwise: environment variable with the password that you set by hand",
      DEFAULT_VARIABLE,
    )
    .option("--json", "print one JSON document (rotation-kit/item-repair/v1)")
    .addHelpText(
      "after",
      `
For an account whose password a person has set, a first password that was wrong, or an old payload
that was written over a newer one. One login is made, with the payload that is to be stored; nothing
is stored unless the system accepts it. A wrong password counts as one failed login.
${helpText(
  "item repair /prod/reporting-app-svc --config rotator.yaml --version 7",
  "item repair /prod/reporting-app-svc --config rotator.yaml   (password in ROTATION_KIT_PASSWORD)",
)}`,
    )
    .action(async (name: string, options: Options) => {
      const source = sourceOf(options, io);
      const gateway = gatewayFor(io);
      const result = await repairItem(gateway, name, source, await loadProver(options.config, io));
      if (options.json) printJson(io, "item-repair", result);
      else io.out(`${name} ${result.outcome}\n`);
    });
}

function sourceOf({ version, passwordEnv: variable }: Options, io: CommandIo): RepairSource {
  if (version !== undefined) return { from: "version", version };
  const password = io.environment[variable];
  if (!password) throw new KitError("repair_source_missing", { variable });
  return { from: "password", password };
}

/** The rotator is loaded for this command alone. */
export async function loadProver(file: string, io: CommandIo): Promise<Prover> {
  const { provePayload, withPassword } = await import("../../rotator/index.ts");
  return { withPassword, prove: (payload) => provePayload(payload, { file, env: io.environment }) };
}

import { existsSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { KitError } from "../../common/errors/kit-error.ts";
import { readExisting } from "./import/read.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, writeJson } from "./output.ts";

interface Options {
  readonly path: string;
  readonly out?: string;
  readonly module: string;
  readonly payloads: boolean;
  readonly outOfState?: true;
  readonly json?: true;
}

/** `rotation-kit import`: catalog code for what exists already. */
export function importCommand(io: CommandIo = processIo): Command {
  return new Command("import")
    .description("write catalog code that declares and takes over what exists on a gateway")
    .requiredOption("--path <path>", "the folder to read, for example /prod/")
    .option("--out <file>", "write the code to this new file (default: stdout)")
    .option("--module <specifier>", "where the code imports the kit from", "./constructs/index.ts")
    .option("--out-of-state", "declare them to be realised by steps instead of the provider")
    .option("--no-payloads", "do not read payloads (for their system and username only)")
    .option("--json", "print one JSON document with the code in it (rotation-kit/import/v1)")
    .addHelpText(
      "after",
      helpText(
        "import --path /prod/ --out stacks/imported.ts",
        "import --path /prod/ --out-of-state --no-payloads",
      ),
    )
    .action(async (options: Options) => {
      refuseToOverwrite(options.out);
      const existing = await readExisting(gatewayFor(io), options.path, options.payloads);
      const secrets = existing.secrets.map(({ item }) => item.item_name);
      const targets = existing.targets.map(({ target }) => target.target_name);
      if (secrets.length === 0) {
        throw new KitError("nothing_to_import", { paths: options.path });
      }
      // The constructs bring cdktf with them, which the other commands need not load.
      const { renderImport } = await import("./import/render.ts");
      const code = renderImport(existing, {
        below: options.path,
        module: options.module,
        realisation: options.outOfState ? "out-of-state" : "provider",
      });
      if (options.out) writeFileSync(options.out, code, { flag: "wx" });
      if (options.json) writeJson(io, "import", { ok: true, targets, secrets, code });
      else if (!options.out) io.out(code);
      io.err(`${secrets.length} secrets and ${targets.length} targets below ${options.path}\n`);
    });
}

function refuseToOverwrite(file: string | undefined): void {
  if (file !== undefined && existsSync(file)) {
    throw new KitError("file_exists", { file });
  }
}

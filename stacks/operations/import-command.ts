import { existsSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { KitError } from "../../common/errors/kit-error.ts";
import { loadRulePolicy } from "../rules/policy-file.ts";
import { asDocument, told } from "./advice.ts";
import { formatFile } from "./import/format.ts";
import { type Existing, readExisting } from "./import/read.ts";
import type { ImportWaivers } from "./import/render.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, printJson } from "./output.ts";

interface Options {
  readonly path: string[];
  readonly owner?: string;
  readonly out?: string;
  readonly module: string;
  readonly payloads: boolean;
  readonly targets: boolean;
  readonly outOfState?: true;
  readonly json?: true;
}

/** `rotation-kit import`: catalog code for what exists already. */
export function importCommand(io: CommandIo = processIo): Command {
  return new Command("import")
    .description("write catalog code that declares and adopts what exists on a gateway")
    .requiredOption("--path <path...>", "the folders to read, for example /prod/ /staging/")
    .option("--out <file>", "write the code to this new file (default: stdout)")
    .option("--module <specifier>", "where the code imports the kit from", "akeyless-rotation-kit")
    .option(
      "--owner <name>",
      "waive findings about the existing items for 90 days, in this owner's name",
    )
    .option("--no-targets", "refer to Web Targets by name, because other code declares them")
    .option("--out-of-state", "let steps manage them instead of the provider")
    .option("--no-payloads", "do not read payloads (otherwise reads system and username from them)")
    .option("--json", "print one JSON document with the code in it (rotation-kit/import/v1)")
    .addHelpText(
      "after",
      helpText(
        'import --path /prod/ /staging/ --out imported.ts --owner "platform team"',
        "import --path /prod/ --out-of-state --no-payloads",
      ),
    )
    .action(async (options: Options) => {
      refuseToOverwrite(options.out);
      const below = options.path.join(", ");
      io.progress?.(`listing the items below ${below} ...`);
      const read = await readExisting(gatewayFor(io), options.path, {
        payloads: options.payloads,
        targets: options.targets,
        progress: io.progress,
      });
      // The constructs bring cdktf with them, which the other commands need not load.
      const { declarable, renderImport } = await import("./import/render.ts");
      const realisation = options.outOfState ? "out-of-state" : "provider";
      const existing = declarable(read, { realisation });
      for (const { error, name } of existing.unreadable) io.err(`${name}: ${told(error)}\n`);
      const secrets = existing.secrets.map(({ item }) => item.item_name);
      const targets = existing.targets.map(({ target }) => target.target_name);
      if (secrets.length === 0) throw new KitError("nothing_to_import", { paths: below });
      const code = renderImport(existing, {
        below: options.path,
        module: options.module,
        realisation,
        waivers:
          options.owner === undefined ? undefined : await waived(existing, options.owner, io),
      });
      if (options.out) {
        writeFileSync(options.out, code, { flag: "wx" });
        const formatter = await formatFile(options.out);
        if (formatter !== undefined) io.err(`formatted by your ${formatter}\n`);
      }
      const ok = existing.unreadable.length === 0;
      const unreadable = existing.unreadable.map(({ name, error }) => ({
        name,
        error: asDocument(error),
      }));
      if (options.json) printJson(io, "import", { ok, targets, secrets, unreadable, code });
      else if (!options.out) io.out(code);
      io.err(`${secrets.length} secrets and ${targets.length} targets below ${below}\n`);
      io.setExitCode(ok ? 0 : 2);
    });
}

/** Days for which things may stay as they were imported. */
const WAIVED_DAYS = 90;

async function waived(existing: Existing, owner: string, io: CommandIo): Promise<ImportWaivers> {
  const { findingsIn } = await import("./import/waivers.ts");
  const now = io.clock.now();
  const until = new Date(now + WAIVED_DAYS * 86_400_000).toISOString().slice(0, 10);
  return { rules: findingsIn(existing, loadRulePolicy(), now), until, owner };
}

function refuseToOverwrite(file: string | undefined): void {
  if (file !== undefined && existsSync(file)) {
    throw new KitError("file_exists", { file });
  }
}

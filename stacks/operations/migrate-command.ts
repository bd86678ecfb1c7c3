import { Command } from "commander";
import { type CommandIo, gatewayFor } from "./io.ts";
import { migrateItem } from "./item/migrate.ts";
import type { MigrationOptions } from "./item/migrated-payload.ts";
import { helpText, printJson, writeTable } from "./output.ts";
import { loadProver } from "./repair-command.ts";

interface Options extends MigrationOptions {
  readonly config: string;
  readonly yes?: true;
  readonly json?: true;
}

/** `rotation-kit item migrate`: the payload of another rotator, rewritten for ours. */
export function migrateCommand(io: CommandIo): Command {
  return new Command("migrate")
    .description("rewrite the payload of another rotator for this one, after a login proved it")
    .argument("<name>", "full path of the item")
    .requiredOption("--config <file>", "rotator.yaml, for the system")
    .requiredOption("--system <name>", "the system, as rotator.yaml names it")
    .option("--username-field <field>", "field or JSON pointer that holds the user name")
    .option("--username <name>", "the user name, if the payload has none")
    .option("--password-field <field>", "field or JSON pointer that holds the valid password")
    .option("--yes", "store it; without this, only show what would become of each field")
    .option("--json", "print one JSON document (rotation-kit/item-migrate/v1)")
    .addHelpText(
      "after",
      `
For an item whose payload a hand-written webhook, or another rotator, has written. Stop that one
first. Without --yes nobody logs in and nothing is stored; you see the names of the fields, no
values. With --yes one login is made, with the payload that is to be stored; a wrong password
counts as one failed login. Applications that read a field which moves have to read the new one.
${helpText(
  "item migrate /prod/crm --config rotator.yaml --system crm",
  "item migrate /prod/crm --config rotator.yaml --system crm --password-field /db/pass --yes",
)}`,
    )
    .action(async (name: string, { config, yes, json, ...options }: Options) => {
      const prover = yes && (await loadProver(config, io));
      const result = await migrateItem(gatewayFor(io), name, options, prover);
      if (json) return printJson(io, "item-migrate", result);
      writeTable(
        io,
        ["FIELD", "FROM", "WHAT"],
        result.fields.map(({ field, from, outcome }) => [field, from ?? "-", outcome]),
      );
      const { outcome, fields, ...versions } = result;
      io.err(
        outcome === "planned"
          ? `Nothing was stored. With --yes, ${name} gets this payload after a login proved it.\n`
          : `${name} ${outcome}, version ${versions.version_after ?? "?"}\n`,
      );
    });
}

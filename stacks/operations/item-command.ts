import { Command, Option } from "commander";
import { KitError } from "../../common/errors/kit-error.ts";
import { oneLine } from "../../common/plain-text.ts";
import { declarationSchema } from "../declaration/declaration.ts";
import { parseJson, readText } from "../declaration/parse-json.ts";
import { readBootstrapPayload } from "../declaration/payload-template.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { applySecret } from "./item/apply-secret.ts";
import { applyTarget } from "./item/apply-target.ts";
import { deleteSecret, deleteTarget } from "./item/delete.ts";
import type { ItemOutcome } from "./item/outcome.ts";
import { migrateCommand } from "./migrate-command.ts";
import { helpText, printJson } from "./output.ts";
import { repairCommand } from "./repair-command.ts";

/** `rotation-kit item apply|repair|migrate|delete`: what can be done to one item or Web Target. */
export function itemCommand(io: CommandIo = processIo): Command {
  return new Command("item")
    .description(
      "create, change, repair, migrate and delete items and Web Targets without Terraform's state",
    )
    .addCommand(applyCommand(io))
    .addCommand(repairCommand(io))
    .addCommand(migrateCommand(io))
    .addCommand(deleteCommand(io));
}

function applyCommand(io: CommandIo): Command {
  return new Command("apply")
    .description("create an item or a Web Target, or change it to what is declared; safe to repeat")
    .option(
      "--declaration <file>",
      "JSON file with the declaration (default: the environment variable ROTATION_KIT_DECLARATION)",
    )
    .option("--json", "print one JSON document (rotation-kit/item-apply/v1)")
    .addHelpText("after", `${PAYLOAD}${helpText("item apply --declaration app.json")}`)
    .action(async (options: { declaration?: string; json?: true }) => {
      const declaration = readDeclaration(options.declaration, io);
      const gateway = gatewayFor(io);
      const outcome =
        declaration.kind === "target"
          ? await applyTarget(gateway, declaration)
          : await applySecret(gateway, declaration, () => readBootstrapPayload(io.environment));
      if (options.json) printJson(io, "item-apply", outcome);
      else io.out(told(outcome));
    });
}

function deleteCommand(io: CommandIo): Command {
  return new Command("delete")
    .description("delete an item or a Web Target; succeeds if it does not exist")
    .argument("<name>", "full path")
    .addOption(
      new Option("--kind <kind>", "what it is").choices(["secret", "target"]).default("secret"),
    )
    .option("--yes", "do not ask for confirmation; required without a terminal")
    .option("--force", "of a secret: also if a third party's part of it cannot be deleted")
    .option("--json", "print one JSON document (rotation-kit/item-delete/v1)")
    .addHelpText(
      "after",
      helpText(
        "item delete /prod/reporting-app-svc",
        "item delete --yes --kind target /prod/rotator",
      ),
    )
    .action(async (name: string, options: DeleteOptions, command: Command) => {
      if (options.force && options.kind === "target") {
        command.error("error: --force is for a secret, not for a target");
      }
      const gateway = gatewayFor(io);
      if (!options.yes) await confirmDelete(io, name);
      const outcome =
        options.kind === "target"
          ? await deleteTarget(gateway, name)
          : await deleteSecret(gateway, name, options.force);
      if (options.json) printJson(io, "item-delete", outcome);
      else io.out(told(outcome));
    });
}

interface DeleteOptions {
  readonly kind: "secret" | "target";
  readonly yes?: true;
  readonly force?: true;
  readonly json?: true;
}

/** @throws KitError `confirmation_missing` where nobody says yes */
async function confirmDelete(io: CommandIo, name: string): Promise<void> {
  const question = `delete ${oneLine(name)} with every version of it? Type its full name: `;
  const answer = await io.ask?.(question);
  if (answer?.trim() === name) return;
  throw new KitError(
    answer === undefined ? "confirmation_missing" : "confirmation_missing.refused",
    { name },
  );
}

const PAYLOAD = `
The bootstrap payload comes from the environment and nowhere else. It is sent when the item is
created, and again only when the declaration's payload_version changed:
  ROTATION_KIT_PAYLOAD           the payload itself, or
  ROTATION_KIT_PAYLOAD_TEMPLATE  a JSON object in which {"$env": "NAME"} represents the value of the
                                 environment variable NAME
`;

function readDeclaration(file: string | undefined, io: CommandIo) {
  const json = file === undefined ? io.environment.ROTATION_KIT_DECLARATION : readText(file);
  if (!json) {
    throw new KitError("declaration_invalid.missing");
  }
  return parseJson(declarationSchema, json, file ?? "ROTATION_KIT_DECLARATION");
}

function told(outcome: ItemOutcome): string {
  const details = [
    ...(outcome.changed.length > 0 ? [`changed: ${outcome.changed.join(", ")}`] : []),
    ...(outcome.payload_sent ? ["bootstrap payload sent"] : []),
  ];
  return `${outcome.name} ${outcome.outcome}${details.map((detail) => `; ${detail}`).join("")}\n`;
}

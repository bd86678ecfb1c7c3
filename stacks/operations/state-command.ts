import { Command } from "commander";
import { plainText } from "../../common/plain-text.ts";
import { type CommandIo, processIo } from "./io.ts";
import { EXIT_CODES, printJson } from "./output.ts";
import { readMarks, storeMarks } from "./state/terraform-state.ts";

interface Options {
  readonly dir: string;
  readonly json?: true;
}

/** `rotation-kit state check|mark`: whether plans and `terraform show` would print a password. */
export function stateCommand(io: CommandIo = processIo): Command {
  return new Command("state")
    .description("find and mark values that Terraform's state does not mark as sensitive")
    .addCommand(subcommand(io, "check", "list each item whose value a plan would print"))
    .addCommand(subcommand(io, "mark", "mark each of them as sensitive, through Terraform"));
}

function subcommand(io: CommandIo, name: "check" | "mark", description: string): Command {
  return new Command(name)
    .description(description)
    .option(
      "--dir <folder>",
      "folder in which terraform init has run, for example cdktf.out/stacks/<stack>",
      ".",
    )
    .option("--json", `print one JSON document (rotation-kit/state-${name}/v1)`)
    .addHelpText("after", help(name))
    .action(async ({ dir, json }: Options) => {
      const at = { directory: dir, environment: io.environment };
      const found = await readMarks(at);
      const { unmarked } = found;
      if (name === "mark" && unmarked.length > 0) await storeMarks(at, found);
      const ok = name === "mark" || unmarked.length === 0;
      if (json) printJson(io, `state-${name}`, { ok, unmarked: [...unmarked] });
      else if (unmarked.length === 0) io.out("every value is marked as sensitive\n");
      else {
        const state = name === "mark" ? "marked" : "not marked as sensitive";
        for (const item of unmarked) io.out(`${plainText(item)} ${state}\n`);
      }
      io.setExitCode(ok ? 0 : 2);
    });
}

const help = (name: string) => `
Runs terraform state pull${name === "mark" ? " and terraform state push" : ""} in that folder, with its backend and its lock. No value is
printed or written to a file. TERRAFORM_BINARY_NAME chooses another program.

Example:
  rotation-kit state ${name} --dir cdktf.out/stacks/production
${EXIT_CODES}`;

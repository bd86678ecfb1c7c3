import type { Command, Option } from "commander";
import { createProgram } from "../../program.ts";
import { GATEWAY_ENVIRONMENT } from "../../stacks/operations/output.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** docs/reference/cli.md, from the definitions that the program itself parses with. */
export function cliPage(): string {
  const commands = runnable(createProgram());
  return `# Command line

${GENERATED}

In a checkout, \`rotation-kit\` means \`npm run --silent rotation-kit --\`; after \`npm run build && npm
link\` you can run it directly.

Data goes to standard output, everything else to standard error. Tables are aligned on a terminal
and tab-separated elsewhere. \`--json\` prints one document whose \`schema\` names its version. Fields may be
added to a version; a change that breaks readers gets a new version. [output.schema.json](output.schema.json)
describes the documents. If such a command fails, it prints \`rotation-kit/error/v1\` instead.

| Exit code | Meaning |
| --- | --- |
| 0 | done, no problem found |
| 1 | the command could not run: wrong usage, environment, network, credentials |
| 2 | the command ran and found a problem |

An error is printed as \`code: sentence\`, with one line per problem. [Errors](errors.md) lists the codes with their remedies.

${table(
  ["Command", "What it does", "JSON"],
  commands.map((command) => [
    `[${code(fullName(command))}](#${anchor(command)})`,
    sentence(command),
    code(schemaOf(command)),
  ]),
)}

Commands that talk to a gateway read its address and credentials from the environment:

\`\`\`text
${GATEWAY_ENVIRONMENT.replace("Environment:", "").trim().replace(/^ +/gm, "")}
\`\`\`

${commands.map(section).join("\n\n")}
`;
}

function section(command: Command): string {
  const { options, registeredArguments } = command;
  return [
    `## ${fullName(command)}`,
    sentence(command),
    `\`\`\`text\n${fullName(command)} ${command.usage()}\n\`\`\``,
    registeredArguments.length === 0
      ? ""
      : table(
          ["Argument", "Meaning"],
          registeredArguments.map((argument) => [code(argument.name()), argument.description]),
        ),
    options.length === 0 ? "" : table(["Option", "Meaning", "Default"], options.map(optionRow)),
    afterwards(command),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function optionRow(option: Option): string[] {
  const choices = option.argChoices ? ` (${option.argChoices.map(code).join(", ")})` : "";
  const value = option.mandatory ? "required" : shown(option.defaultValue);
  return [code(option.flags), `${option.description}${choices}`, value];
}

/** A switch that is on unless it is negated has \`true\` as its default, which says nothing. */
function shown(value: unknown): string {
  return value === undefined || typeof value === "boolean" ? "" : code(String(value));
}

/** What the help says after the options: environment and further rules. */
function afterwards(command: Command): string {
  let help = "";
  const writeOut = (text: string) => {
    help += text;
  };
  command.configureOutput({ writeOut }).outputHelp();
  const rest = help
    .replace(command.helpInformation(), "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  // Both stand once at the top of the page.
  const own = rest
    .replace(/\n*Exit codes:[\s\S]*$/, "")
    .replace(GATEWAY_ENVIRONMENT.trim(), "")
    .trim();
  return own === "" ? "" : `\`\`\`text\n${own}\n\`\`\``;
}

function sentence(command: Command): string {
  const text = command.description();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function runnable(command: Command): Command[] {
  const { commands, options, parent } = command;
  // A group with options of its own runs by itself too, as `gateway` does.
  const self = commands.length === 0 || (parent && options.length > 0) ? [command] : [];
  return [...self, ...commands.flatMap(runnable)];
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

function anchor(command: Command): string {
  return fullName(command).replaceAll(" ", "-");
}

function schemaOf(command: Command): string {
  const json = command.options.find(({ long }) => long === "--json");
  return /rotation-kit\/[\w-]+\/v\d+/.exec(json?.description ?? "")?.[0] ?? "";
}

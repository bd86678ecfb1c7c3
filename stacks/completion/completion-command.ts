import { Argument, Command } from "commander";
import { type CommandIo, processIo } from "../operations/io.ts";
import { placesOf } from "./command-tree.ts";
import { bashScript, fishScript, zshScript } from "./scripts.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

const HELP = `
Examples:
  source <(rotation-kit completion bash)        now; in ~/.bashrc for every shell
  source <(rotation-kit completion zsh)         now; in ~/.zshrc, after compinit
  rotation-kit completion fish | source         now; in ~/.config/fish/config.fish
`;

/**
 * `rotation-kit completion`: the script that lets a shell complete commands, options and values.
 *
 * @param program the program with all of its commands
 */
export function completionCommand(program: () => Command, io: CommandIo = processIo): Command {
  return new Command("completion")
    .description("print the script by which a shell completes this command")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", HELP)
    .action((shell: keyof typeof SCRIPTS) => io.out(SCRIPTS[shell](placesOf(program()))));
}
